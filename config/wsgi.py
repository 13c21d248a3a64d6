"""The API and the admin under a WSGI server; its threads keep their database connections."""

import gc
import os
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_PROGRAM", "web")

import django  # the environment comes first
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver


class Handler(WSGIHandler):
    """A whole answer leaves as a list of bytes, which the server sends at once; any other iterable goes through a
    channel of its, piece by piece.
    """

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # type: ignore[override]  # what WSGI takes
        response: Any = super().__call__(environ, start_response)
        if getattr(response, "streaming", True):
            streamed: Iterable[bytes] = response
            return streamed
        response.close()
        return [response.content]


django.setup(set_prefix=False)
application = Handler()

# What was loaded stays: looking through all of it for garbage, again and again, would stop every thread meanwhile.
get_resolver().url_patterns  # noqa: B018  # loads the views
gc.collect()
gc.freeze()
