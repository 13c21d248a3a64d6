"""Log-in of operators to the admin, by password."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from accounts.models import Account


class OperatorBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Account | None:
        if username is None or password is None:
            return None
        account = Account.objects.filter(platform_type=Account.Platform.WEB, account_id=username).first()
        if account is None:
            make_password(password)  # as slow as a wrong password
            return None
        return account if check_password(password, account.password) and account.is_active else None

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and account.is_active else None
