"""`/api/v1/profile...`"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.profiles import selectors, serializers, services
from accounts.profiles.exceptions import ImageInvalid, ImageUnknown
from accounts.profiles.images import CONTENT_TYPE
from accounts.profiles.procedures import ProfileRow
from config import paging
from shards.scope import Scope

UPLOADS = ("image/jpeg", "image/png", "image/webp", "image/gif")


class ProfileView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="profile_get", responses=serializers.ProfileOutput)
    def get(self, request: Request) -> Response:
        """Your account and your profile."""
        return Response(_shown(selectors.profile(account_db_key=self.account_db_key)))

    @extend_schema(
        operation_id="profile_update", request=serializers.ProfileUpdateInput, responses=serializers.ProfileOutput
    )
    def patch(self, request: Request) -> Response:
        """Change what is given. Another e-mail address needs the current password; it, or another phone number, is not
        verified any more."""
        data = paging.checked(serializers.ProfileUpdateInput, request.data)
        return Response(_shown(services.profile_change(account_db_key=self.account_db_key, **data)))


class ProfileSetupView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(
        operation_id="profile_setup", request=serializers.ProfileSetupInput, responses=serializers.ProfileOutput
    )
    def post(self, request: Request) -> Response:
        """Answer the questions after sign-up; `profile_completed` is true from then on."""
        data = paging.checked(serializers.ProfileSetupInput, request.data)
        return Response(_shown(services.profile_setup(account_db_key=self.account_db_key, **data)))


class NotificationSettingsView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="notification_settings_get", responses=serializers.NotificationSettingsOutput)
    def get(self, request: Request) -> Response:
        """What you are told of, and by which ways."""
        return Response(selectors.notification_settings(account_db_key=self.account_db_key)._asdict())

    @extend_schema(
        operation_id="notification_settings_update",
        request=serializers.NotificationSettingsInput,
        responses=serializers.NotificationSettingsOutput,
    )
    def patch(self, request: Request) -> Response:
        """Change the flags that are given; obeyed within seconds."""
        data = paging.checked(serializers.NotificationSettingsInput, request.data)
        return Response(services.notification_settings_update(account_db_key=self.account_db_key, **data)._asdict())


class PictureParser(BaseParser):
    """The picture's bytes as they are; refuses what is too long before reading it."""

    media_type = "image/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content: bytes = stream.read(limit + 1)
        if len(content) > limit:
            raise RequestDataTooBig
        return content


class AnyAccept(DefaultContentNegotiation):
    """A picture is asked for with `Accept: image/*`; a refusal is JSON all the same."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class ProfileImageView(AccountView):
    writes_on = Scope.GLOBAL
    parser_classes = [PictureParser]
    content_negotiation_class = AnyAccept

    @extend_schema(operation_id="profile_image_get", responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY, 304: None})
    def get(self, request: Request) -> HttpResponse:
        """Your picture; send its ETag back in If-None-Match to be told whether it changed."""
        image = selectors.profile_image(account_db_key=self.account_db_key)
        if image is None:
            raise ImageUnknown
        etag = f'"{bytes(image.content_hash).hex()}"'
        is_known = request.headers.get("If-None-Match") == etag
        response = HttpResponse(status=304) if is_known else HttpResponse(image.content, content_type=CONTENT_TYPE)
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        return response

    @extend_schema(
        operation_id="profile_image_put",
        request=dict.fromkeys(UPLOADS, OpenApiTypes.BINARY),
        responses={204: None},
    )
    def put(self, request: Request) -> Response:
        """Set your picture: the file itself is the body, at most 1 MB. It is cut square and encoded anew."""
        uploaded: Any = request.data  # not bytes where there was no body
        if not isinstance(uploaded, bytes):
            raise ImageInvalid
        services.profile_image_set(account_db_key=self.account_db_key, uploaded=uploaded)
        return Response(status=204)

    @extend_schema(operation_id="profile_image_delete", responses={204: None})
    def delete(self, request: Request) -> Response:
        services.profile_image_remove(account_db_key=self.account_db_key)
        return Response(status=204)


def _shown(row: ProfileRow) -> dict[str, Any]:
    image_hash = None if row.image_hash is None else row.image_hash.hex()
    return row._asdict() | {"image_hash": image_hash}
