"""`/api/v1/portfolio/...` and `/api/v1/dashboard`"""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.portfolio import overview, selectors, serializers, services, settlement
from accounts.portfolio.dashboard import dashboard
from accounts.portfolio.procedures import Order
from config import paging


class PortfolioView(AccountView):
    @extend_schema(
        operation_id="portfolio_get",
        parameters=[serializers.PortfolioInput],
        responses=serializers.PortfolioOutput,
    )
    def get(self, request: Request) -> Response:
        """What you own at the latest closes, and how it did. Without a benchmark: beside the mean of the market."""
        asked = paging.checked(serializers.PortfolioInput, request.query_params)
        return Response(
            overview.portfolio(
                account_db_key=self.account_db_key, period=asked["period"], benchmark=asked.get("benchmark")
            )
        )


class CashAccountView(AccountView):
    @extend_schema(operation_id="portfolio_account", responses=serializers.CashAccountOutput)
    def get(self, request: Request) -> Response:
        """Your cash account; it is opened with paper money when it is first needed."""
        account = selectors.account_get(account_db_key=self.account_db_key)._asdict()
        del account["broker_account"]
        return Response(account)


class OrdersView(AccountView):
    @extend_schema(
        operation_id="portfolio_orders_list",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("OrderPage", serializers.OrderOutput),
    )
    def get(self, request: Request) -> Response:
        """Your orders, newest first."""
        asked = paging.checked(paging.PageInput, request.query_params)
        before = paging.read_id(asked.get("cursor"))
        rows = selectors.order_list(account_db_key=self.account_db_key, before=before, limit=asked["limit"] + 1)
        page = paging.page(rows, asked["limit"], lambda row: (row.order_id,))
        return Response(page | {"results": [_shown(row) for row in rows[: asked["limit"]]]})

    @extend_schema(
        operation_id="portfolio_orders_create",
        request=serializers.OrderInput,
        responses={201: serializers.OrderOutput},
    )
    def post(self, request: Request) -> Response:
        """Order. Cash or shares are set aside at once; the same client_order_id again gives the same order."""
        data = paging.checked(serializers.OrderInput, request.data)
        order = services.order_place(account_db_key=self.account_db_key, **data)
        return Response(_shown(order), status=201)


class OrderView(AccountView):
    @extend_schema(operation_id="portfolio_orders_get", responses=serializers.OrderOutput)
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(_shown(selectors.order_get(account_db_key=self.account_db_key, order_id=order_id)))


class OrderCancelView(AccountView):
    @extend_schema(operation_id="portfolio_orders_cancel", request=None, responses=serializers.OrderOutput)
    def post(self, request: Request, order_id: UUID) -> Response:
        """Cancel what is not filled yet. The broker is asked; fills that were faster stay."""
        services.order_cancel_request(account_db_key=self.account_db_key, order_id=order_id)
        return Response(_shown(settlement.settle_one(account_db_key=self.account_db_key, order_id=order_id)))


class RebalanceView(AccountView):
    @extend_schema(
        operation_id="portfolio_rebalance",
        parameters=[
            OpenApiParameter("targets", str, description="SYMBOL:WEIGHT,SYMBOL:WEIGHT; what is left of 1 is cash."),
            OpenApiParameter("min_trade_amount", str, description="Smaller trades are left out."),
        ],
        responses=serializers.RebalanceOutput,
    )
    def get(self, request: Request) -> Response:
        """The trades that bring you to the target weights, and what they cost. Nothing is ordered."""
        asked = paging.checked(serializers.RebalanceInput, request.query_params)
        proposal = overview.rebalance(account_db_key=self.account_db_key, **asked)
        return Response(proposal._asdict() | {"trades": [trade._asdict() for trade in proposal.trades]})


class DashboardView(AccountView):
    @extend_schema(operation_id="dashboard", responses=serializers.dashboard_output())
    def get(self, request: Request) -> Response:
        """What you own, your latest alerts, and how your signals did, on one page."""
        return Response(dashboard(account_db_key=self.account_db_key))


HIDDEN = ("account_db_key", "commission_rate", "broker_order_id", "broker_asked_at", "last_fill_session")


def _shown(order: Order) -> dict[str, Any]:
    """`symbol` is what the market calls it; the table's column is the document's asset_code."""
    shown = order._asdict()
    for name in HIDDEN:
        del shown[name]
    return {"symbol": shown.pop("asset_code")} | shown
