"""Symbols with their charts, and the Kalman filter's steps."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from unfold.decorators import display

from config.json import dumps
from config.refusals import Refusal
from shards import directory
from shards.admin.columns import NOTHING, account, content, label
from shards.admin.model_admin import ReadOnlyAdmin, ShardAdmin
from shards.exceptions import ShardUnavailable
from signals import selectors
from signals.models import (
    KalmanHistory,
    MarketSymbol,
)
from signals.regime import STATES
from signals.serializers import ChartInput

KALMAN_SIDES = {"Long": "success", "Short": "danger", "Neutral": "info"}


@admin.register(KalmanHistory)
class KalmanHistoryAdmin(ShardAdmin):
    list_display = [
        "ticker", account, "timestamp", "step_count", label("trading_signal", KALMAN_SIDES), "score", "health",
    ]  # fmt: skip
    ordering = ["-idx"]
    search_fields = ["ticker"]
    search_help_text = "Symbol"
    fieldsets = [
        (None, {"fields": [("ticker", account), ("timestamp", "step_count"), ("trading_signal", "health")]}),
        ("State", {"fields": [content("state_vector_x"), content("covariance_matrix_p")]}),
        ("Observed", {"fields": [content("market_data"), content("performance_metrics")]}),
    ]

    @display(description="score")
    def score(self, row: KalmanHistory) -> str:
        return f"{row.performance_metrics.get('score', 0):+.2f}"

    @display(description="health", label={"healthy": "success", "drifting": "warning", "diverged": "danger"})
    def health(self, row: KalmanHistory) -> str:
        return str(row.performance_metrics.get("health", NOTHING))


@admin.register(MarketSymbol)
class MarketSymbolAdmin(ReadOnlyAdmin):
    """A symbol's page draws its chart: closes, bands, signals by outcome, and the Kalman filter."""

    list_display = ["symbol", "company_name", "exchange", "currency", "calendar"]
    ordering = ["symbol"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"
    fields = [("symbol", "company_name"), ("exchange", "currency", "calendar")]
    change_form_after_template = "signals/admin/chart.html"

    def get_urls(self) -> list[Any]:
        chart = path("<path:symbol>/chart/", self.admin_site.admin_view(self.chart), name="signals_marketsymbol_chart")
        return [chart, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if object_id:
            url = reverse("admin:signals_marketsymbol_chart", args=[unquote(object_id)])
            context |= {"chart_url": url, "kalman_states": STATES}
        return super().changeform_view(request, object_id, form_url, context)

    def chart(self, request: HttpRequest, symbol: str) -> HttpResponse:
        """The chart's data; the platform's filters are alike on every shard, so the first that serves is asked."""
        checker = ChartInput(data=request.GET.dict() | {"symbol": symbol})
        if not checker.is_valid():
            return _json({"detail": "; ".join(f"{name}: {why[0]}" for name, why in checker.errors.items())}, 400)
        for shard_id in directory.served_shard_ids():
            try:
                return _json(selectors.chart_on_shard(shard_id=shard_id, **checker.validated_data), 200)
            except ShardUnavailable:
                continue
            except Refusal as refusal:
                return _json({"detail": str(refusal)}, refusal.status)
        return _json({"detail": "No shard serves."}, 503)


def _json(data: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(dumps(data), status=status, content_type="application/json")
