"""Refusals about accounts and sessions: 311xx."""

from config.refusals import Refusal


class AccountIdTaken(Refusal):
    code = "account_id_taken"
    status = 409
    errno = 31101
    detail = "This account id is taken."
    field = "account_id"


class EmailTaken(Refusal):
    code = "email_taken"
    status = 409
    errno = 31102
    detail = "There is an account with this e-mail address already."
    field = "email"


class CredentialsInvalid(Refusal):
    """Unknown account and wrong password are one answer."""

    code = "credentials_invalid"
    status = 401
    errno = 31103
    detail = "The account id or the password is wrong."


class AccountBlocked(Refusal):
    code = "account_blocked"
    status = 403
    errno = 31104
    detail = "This account may not log in."


class SessionUnknown(Refusal):
    """Also for a token that ended or expired: the caller must log in again."""

    code = "session_unknown"
    status = 401
    errno = 31105
    detail = "The token is unknown, or its session has ended; log in again."


class SessionNotFound(Refusal):
    code = "session_not_found"
    status = 404
    errno = 31106
    detail = "You have no such session."


class AccountWithdrawn(Refusal):
    code = "account_withdrawn"
    status = 409
    errno = 31107
    detail = "The account has withdrawn; its state is not changed any more."


class PasswordWeak(Refusal):
    code = "password_weak"
    status = 400
    detail = "The password is too easy to guess."

    def __init__(self, *reasons: str, field: str = "password") -> None:
        super().__init__(*reasons)
        self.field = field  # type: ignore[misc]  # of this one refusal


class PasswordWrong(Refusal):
    """A logged-in user's own."""

    code = "password_wrong"
    status = 400
    detail = "This is not your present password."
    field = "current_password"


class PasswordReused(Refusal):
    code = "password_reused"
    status = 400
    detail = "The new password is the present one or one of the last five."
    field = "new_password"


class PasswordChangedMeanwhile(Refusal):
    code = "password_changed_meanwhile"
    status = 409
    errno = 31108
    detail = "The password was changed meanwhile; try again with the present one."


class ResetLinkInvalid(Refusal):
    code = "reset_link_invalid"
    status = 400
    errno = 31110
    detail = "The link is used up, expired or unknown; ask for another."
    field = "token"


class PlanLimitReached(Refusal):
    code = "plan_limit_reached"
    status = 403
    errno = 31150
    detail = "Your plan allows no more of this; GET payments/plan tells its limits."


class PhoneMissing(Refusal):
    code = "phone_missing"
    status = 409
    errno = 31111
    detail = "The account has no phone number."


class AlreadyVerified(Refusal):
    code = "already_verified"
    status = 409
    errno = 31112
    detail = "It is verified already."


class CodeInvalid(Refusal):
    """Whatever is wrong with it."""

    code = "code_invalid"
    status = 400
    errno = 31113
    detail = "The code is wrong, expired or used up; ask for another."
    field = "code"


class SecondFactorInvalid(Refusal):
    code = "second_factor_invalid"
    status = 401
    errno = 31120
    detail = "The code is wrong or was used, or the first step was too long ago; log in again."


class SecondFactorActive(Refusal):
    code = "second_factor_active"
    status = 409
    errno = 31121
    detail = "The account has a second factor already; remove it first."


class SecondFactorMissing(Refusal):
    code = "second_factor_missing"
    status = 409
    detail = "The account has no second factor."


class ReasonMissing(Refusal):
    code = "reason_missing"
    status = 400
    detail = "A reason is needed."
    field = "reason"


class SmsUnavailable(Refusal):
    code = "sms_unavailable"
    status = 503
    detail = "No SMS can be sent at the moment."
    retry_after = 3600
