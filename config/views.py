"""The view that every API view is."""

from functools import cache
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.json import JSONRenderer, dumps


class View(APIView):
    """DRF's view without what nothing here uses: versions, format suffixes, its own throttles, and a second form of
    answers than JSON. What it makes anew for each request holds nothing of one here, and is made once.
    """

    format_kwarg = None

    def get_renderers(self) -> Any:
        return _made(tuple(self.renderer_classes))

    def get_parsers(self) -> Any:
        return _made(tuple(self.parser_classes))

    def get_authenticators(self) -> Any:
        return _made(tuple(self.authentication_classes))

    def get_permissions(self) -> Any:
        return _made(tuple(self.permission_classes))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_permissions(request)

    @property
    def default_response_headers(self) -> dict[str, str]:
        view: Any = type(self)
        return _headers(view)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if isinstance(response, Response):  # or Django's, of a stream or a picture
            _finish(response)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


@cache
def _made(kinds: tuple[type[Any], ...]) -> tuple[Any, ...]:
    return tuple(kind() for kind in kinds)


@cache
def _headers(view: Any) -> dict[str, str]:
    methods = (name for name in view.http_method_names if hasattr(view, "get" if name == "head" else name))
    varies = {"Vary": "Accept"} if len(view.renderer_classes) > 1 else {}
    return {"Allow": ", ".join(methods).upper()} | varies


def _finish(response: Response) -> None:
    """JSON at once: Django would render it after all middleware, and ask each whether it minds."""
    if response.data is None:
        response.content = b""
        del response.headers["Content-Type"]
    else:
        response.content = dumps(response.data)
        response.headers["Content-Type"] = JSONRenderer.media_type
