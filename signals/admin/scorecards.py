"""An account's score cards, as its owner gets them from the API: how each strategy and source did."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from shards.admin.columns import NOTHING, shortened
from shards.admin.model_admin import ShardAdmin
from signals import selectors

HEADERS = [
    "Symbol", "Source", "Band", "Judged", "Pending", "Won", "Flat", "Wrong", "Win rate", "A random day",
    "After 1, 3, 5 sessions", "Best, worst", "Profit factor", "Verdict",
]  # fmt: skip


class Wanted(forms.Form):
    account_db_key = forms.IntegerField(label="Account key", min_value=0, widget=UnfoldAdminIntegerFieldWidget)
    symbol = forms.CharField(label="Symbol", max_length=50, required=False, widget=UnfoldAdminTextInputWidget)


class WithScorecards(ShardAdmin):
    """The page beside the list of signals, for accounts of the chosen shard."""

    def get_urls(self) -> list[Any]:
        page = self._on_chosen(self.admin_site.admin_view(self.scorecards_view))
        return [path("scorecards/", page, name="signals_scorecards"), *super().get_urls()]

    def scorecards_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = Wanted(request.GET or None)
        cards = None
        if form.is_valid():
            asked = form.cleaned_data
            cards = selectors.scorecards_here(
                account_db_key=asked["account_db_key"], symbol=asked["symbol"].upper() or None
            )
        context = {
            **self.admin_site.each_context(request),
            "title": "Score cards",
            "form": form,
            "is_asked": cards is not None,
            "table": {"headers": HEADERS, "rows": [_row(card) for card in cards]} if cards else None,
        }
        return TemplateResponse(request, "signals/admin/scorecards.html", context)


def _row(card: dict[str, Any]) -> list[Any]:
    judged = card["buy_signals"] + card["sell_signals"]
    low, high = card["win_rate_low"], card["win_rate_high"]
    return [
        card["symbol"],
        card["source"],
        f"{card['band_window']} / {shortened(card['band_k'], 0)}" if card["band_window"] else NOTHING,
        judged,
        card["pending_signals"],
        card["win_signals"],
        card["flat_signals"],
        card["wrong_signals"],
        f"{card['win_rate']:.1f} % ({low:.0f} to {high:.0f})" if judged else NOTHING,
        NOTHING if card["base_rate"] is None else f"{card['base_rate']:.1f} %",
        _rates(card, "average_profit_rate", "average_profit_rate_3d", "average_profit_rate_5d"),
        _rates(card, "average_best_rate", "average_worst_rate"),
        NOTHING if card["profit_factor"] is None else f"{card['profit_factor']:.2f}",
        card["headline"],
    ]


def _rates(card: dict[str, Any], *names: str) -> str:
    return ", ".join(NOTHING if card[name] is None else f"{card[name]:+.2f} %" for name in names)
