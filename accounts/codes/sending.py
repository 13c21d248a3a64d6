"""Sends what was asked for: a link or a code by e-mail, a code by SMS. Nothing of it is logged or stored."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

from accounts.codes import derive
from accounts.codes.procedures import CodeRow, one_time_code_get
from accounts.models import OneTimeCode


def code_send(*, code_id: UUID) -> bool:
    """False when there is nothing to send (any more). Sending it twice does no harm."""
    code = one_time_code_get(code_id=code_id)
    if code is None:
        return False
    if code.purpose == OneTimeCode.Purpose.PASSWORD:
        _mail(code, "Choose a new password", _link_text(code_id, code))
    elif code.purpose == OneTimeCode.Purpose.EMAIL:
        _mail(code, "Your code", f"Your code is {derive.six_digits(code)}. It is good for {_minutes()} minutes.")
    else:
        send_sms = import_string(settings.SMS_SENDER)
        send_sms(code.target, f"Your code is {derive.six_digits(code)}.")
    return True


def _mail(code: CodeRow, subject: str, text: str) -> None:
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [code.target])


def _link_text(code_id: UUID, code: CodeRow) -> str:
    """The token stands behind #, so that no server on the way and no log of one sees it."""
    link = f"{settings.PASSWORD_RESET_URL}#{derive.link_token(code_id, code)}"
    minutes = settings.RESET_LINK_SECONDS // 60
    return (
        f"Somebody, hopefully you, asked for a new password.\n\n{link}\n\n"
        f"The link works once, for {minutes} minutes. If it was not you, nothing has changed: leave it alone."
    )


def _minutes() -> int:
    return int(settings.CODE_SECONDS) // 60
