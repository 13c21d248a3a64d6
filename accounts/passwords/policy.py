"""OWASP ASVS 5.0, V6.2: eight characters or more, long ones welcome, nothing known or close to the account.

No rules of composition and no forced changes: both make passwords worse. The other validators are Django's
(`settings.AUTH_PASSWORD_VALIDATORS`), its list of 20,000 common passwords among them.
"""

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.exceptions import PasswordWeak
from accounts.models import Account

LETTERS = re.compile(r"[\W\d_]+")


class ContextWordsValidator:
    """Refuses what is one of the platform's own words with some figures around it (ASVS 6.2.11)."""

    def __init__(self, words: list[str]) -> None:
        self.words = frozenset(words)

    def validate(self, password: str, user: Account | None = None) -> None:
        if LETTERS.sub("", password).casefold() in self.words:
            raise ValidationError(self.get_help_text(), code="password_of_the_platform")

    def get_help_text(self) -> str:
        return "The password must be more than a word of this platform."


def require_strong(password: str, account: Account, field: str = "password") -> None:
    """Raises PasswordWeak with every reason."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise PasswordWeak(" ".join(error.messages), field=field) from error
