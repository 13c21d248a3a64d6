"""The admin's log-in with a field for the second factor."""

from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminPasswordWidget

from config.throttling import Throttled

LONGEST = 30


class PasswordAndCode(UnfoldAdminPasswordWidget):
    """The theme's log-in page shows two fields; the code's input stands below the password's."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        password = super().render(name, value, attrs, renderer)
        return password + render_to_string("accounts/admin/code_field.html", {"classes": self.attrs.get("class", "")})


class LoginForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["password"].widget
        self.fields["password"].widget = PasswordAndCode(attrs=widget.attrs)

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is None or not password:
            return self.cleaned_data
        code = str(self.data.get("code", "")).strip()[:LONGEST]
        try:
            self.user_cache = authenticate(self.request, username=username, password=password, code=code)
        except Throttled as error:
            raise ValidationError(f"{error} {error.retry_after} s") from error
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data
