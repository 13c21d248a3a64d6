"""The port for SMS: `settings.SMS_SENDER` names a function (number, text).

Here is one for machines without a provider.
"""

from uuid import uuid4

from config.env import BASE_DIR

FOLDER = BASE_DIR / "var" / "sms"


def write_to_file(number: str, text: str) -> None:
    """One file each, as Django's file backend does with e-mails; no log sees it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{number.lstrip('+')}-{uuid4().hex}.txt").write_text(f"{text}\n")
