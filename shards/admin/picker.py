"""Which database the operator looks at: remembered in the admin's session, obeyed by every shard model's pages.

`database` is the last choice; `shard` is the last choice that was a shard, for the models that the global database
does not have.
"""

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from config.databases import GLOBAL, shard_alias
from shards import directory
from shards.admin.columns import page_url
from shards.router import scope_of
from shards.scope import Scope

PARAMETER = "_database"  # ?_database=shard_2 in a link to a shard model's page chooses, too
ONE_ROW = ("_change", "_history", "_delete")


class Choice(NamedTuple):
    alias: str
    text: str


def choices(scope: Scope) -> list[Choice]:
    """What may be chosen for models of this scope; a shard that does not serve says so."""
    shards = [Choice(shard_alias(shard_id), _text(shard_id)) for shard_id in directory.shard_ids()]
    return [Choice(GLOBAL, gettext("Global")), *shards] if scope is Scope.EVERY else shards


def chosen(request: HttpRequest, scope: Scope) -> str | None:
    """The alias to look at; the first shard until the operator chooses, None where there is no shard."""
    offered = [choice.alias for choice in choices(scope)]
    remembered = [request.session.get(key) for key in ("database", "shard")]
    first_shard = next((alias for alias in offered if alias != GLOBAL), None)
    return next((alias for alias in remembered if alias in offered), first_shard)


def choose(request: HttpRequest, alias: str) -> None:
    """Remember; an alias that does not exist changes nothing."""
    if alias not in [choice.alias for choice in choices(Scope.EVERY)]:
        return
    keys = ["database"] if alias == GLOBAL else ["database", "shard"]
    for key in keys:
        if request.session.get(key) != alias:
            request.session[key] = alias


@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """The picker's form: remember, and back to where it was."""
    choose(request, request.POST.get("database", ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("admin:index")
    return HttpResponseRedirect(back)


def obey_parameter(request: HttpRequest) -> HttpResponse | None:
    """Choose what the link says and go on without it, because the list would take it for a filter."""
    if request.method != "GET" or PARAMETER not in request.GET:
        return None
    query = request.GET.copy()
    choose(request, query.pop(PARAMETER)[-1])
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def context(request: HttpRequest) -> dict[str, Any]:
    """UNFOLD's GLOBAL_CALLBACK: the picker in the header of every page."""
    if not admin.site.has_permission(request):
        return {}
    model = _model(request)
    scope = Scope.EVERY if model is not None and scope_of(model) is Scope.EVERY else Scope.SHARD
    return {
        "picker": {"choices": choices(scope), "chosen": chosen(request, scope), "next": _next(request, model)},
    }


def _text(shard_id: int) -> str:
    status = directory.status(shard_id)
    text = gettext("Shard %(number)s") % {"number": shard_id}
    return text if status == directory.ACTIVE else f"{text} ({gettext(status)})"


def _model(request: HttpRequest) -> type[Model] | None:
    """The model that the page is about."""
    model_admin = getattr(getattr(request.resolver_match, "func", None), "model_admin", None)
    return getattr(model_admin, "model", None)


def _next(request: HttpRequest, model: type[Model] | None) -> str:
    """A list stays with its filters, on its first page; a row of one shard is not on another: to its list."""
    name = getattr(request.resolver_match, "url_name", None) or ""
    if model is not None and name.endswith(ONE_ROW):
        return page_url(model, "changelist")
    query = request.GET.copy()
    query.pop("p", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
