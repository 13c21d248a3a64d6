from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.urls import ResolverMatch, URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

api = [
    path("", include("accounts.urls")),
    path("", include("signals.urls")),
    path("", include("notifications.urls")),
    path("", include("tutorial.urls")),
    path("", include("chat.urls")),
]


class RememberingResolver(URLResolver):
    """Trying the routes one after the other takes longer than a short CALL; so what a path led to is remembered."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.resolve = lru_cache(1024)(self._resolve)  # type: ignore[method-assign]

    def _resolve(self, path: str) -> ResolverMatch:
        match = super().resolve(path)
        match.tried = None  # the routes before it, which Django goes through again for each request
        return match


urlpatterns = [
    RememberingResolver(RoutePattern("api/v1/"), api),  # first: asked most often
    path("", RedirectView.as_view(url=settings.LOGIN_REDIRECT_URL)),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema")),
    path("", include("accounts.passwords.page")),
    path("", include("shards.urls")),
]
