"""`/reset-password`: where the e-mailed link leads, unless PASSWORD_RESET_URL names a page of an app.

The page knows nothing: the token stands behind #, which no browser sends, and its script hands it to the API. Nothing
from elsewhere is loaded, nothing is kept, and no page may frame it.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"


@require_safe
def reset_page(request: HttpRequest) -> HttpResponse:
    response = render(request, "accounts/reset_password.html")
    response["Content-Security-Policy"] = f"{POLICY}; base-uri 'none'; form-action 'none'"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("reset-password", reset_page)]
