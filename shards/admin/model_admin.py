"""What the admin classes of all apps have in common.

Nothing here counts a table: `Next` is offered while a page is full. A search goes by the form of its term to one
indexed column, and a list has one order, that of an index.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from config.databases import GLOBAL, shard_id_of
from shards import directory
from shards.admin import export, picker
from shards.exceptions import ShardUnavailable
from shards.router import scope_of
from shards.scope import on_alias


class TableAdmin(ModelAdmin):
    """A list that stays fast however long its table grows."""

    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # each would be a count
    sortable_by = ()
    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True
    list_after_template = "shards/admin/export.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return export.response(self, request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """The first of `search_fields` that can hold the term decides; text is compared as typed and in capitals."""
        term = search_term.strip()
        if not term:
            return queryset, False
        for name in self.search_fields:
            try:
                value = self.opts.get_field(name).to_python(term)
            except ValidationError:
                continue
            texts = isinstance(value, str)
            return queryset.filter(**({f"{name}__in": {value, value.upper()}} if texts else {name: value})), False
        return queryset.none(), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": gettext(capfirst(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))


class ReadOnlyAdmin(TableAdmin):
    """For what machines write: seen, never added, changed or deleted here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Without the link to a history that would always be empty."""
        return super().changeform_view(request, object_id, form_url, {"show_history": False} | (extra_context or {}))


class OnChosenDatabase(ModelAdmin):
    """Runs every page of a shard model, templates included, on the database that the operator chose.

    The context stands around the whole view: Django opens its transaction in there, and a TemplateResponse would
    otherwise be rendered, and its rows read, after the context is gone.
    """

    def get_urls(self) -> list[Any]:
        urls = super().get_urls()
        for url in urls:
            url.callback = self._on_chosen(url.callback)
        return urls

    def _on_chosen(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def on_chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.admin_site.has_permission(request):
                return view(request, *args, **kwargs)  # to the log-in page
            if redirect := picker.obey_parameter(request):
                return redirect
            alias = picker.chosen(request, scope_of(self.model))
            if alias is None:
                return self._unavailable(request, None)
            try:
                with on_alias(alias):
                    response = view(request, *args, **kwargs)
                    if isinstance(response, TemplateResponse):
                        response.render()
                    return response
            except ShardUnavailable:
                return self._unavailable(request, alias)

        return on_chosen

    def _unavailable(self, request: HttpRequest, alias: str | None) -> HttpResponse:
        shard_id = shard_id_of(alias) if alias not in (None, GLOBAL) else None
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "shard_id": shard_id,
            "is_disabled": shard_id is not None and directory.status(shard_id) == directory.DISABLED,
        }
        return TemplateResponse(request, "shards/admin/unavailable.html", context, status=503)


class ShardAdmin(OnChosenDatabase, ReadOnlyAdmin):
    """For ShardModel and EveryModel: rows of the chosen database, written by machines."""

    account_ordering: Sequence[str] = ()  # of one account's rows, where another index has them in order

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        is_one_account = request.GET.get(SEARCH_VAR, "").strip().isdecimal()
        return self.account_ordering if is_one_account and self.account_ordering else self.ordering
