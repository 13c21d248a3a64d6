"""Log-in of operators to the admin: password, and the second factor where there is one or must be one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts import login_tries, procedures
from accounts.exceptions import SecondFactorInvalid
from accounts.models import Account
from accounts.passwords.hashing import is_password
from accounts.second_factor.services import active_factor, proof_of, proof_use
from config.middleware import address_of


class OperatorBackend(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        code: str = "",
        **kwargs: Any,
    ) -> Account | None:
        """None whatever is wrong; raises Throttled, as a log-in to the API does."""
        if username is None or password is None:
            return None
        address = "" if request is None else address_of(request)
        credentials = procedures.user_credentials_get(
            platform_type=Account.Platform.WEB, account_id=username, address=address
        )
        tries = login_tries.of(Account.Platform.WEB, username, address, credentials)
        tries.count()
        if not is_password(password, credentials.password_hash if credentials else None) or credentials is None:
            return None
        tries.forgive()
        account = self.get_user(credentials.account_db_key)
        return account if account is not None and _has_second_factor(account, code, address) else None

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and account.is_active else None


def _has_second_factor(account: Account, code: str, address: str) -> bool:
    """Whether the code is right; without a factor, whether staff may do without one here."""
    factor = active_factor(account.pk)
    if factor is None:
        return bool(settings.STAFF_WITHOUT_SECOND_FACTOR)
    try:
        proof_use(proof_of(account.pk, factor, code, address))
    except SecondFactorInvalid:
        return False
    return True
