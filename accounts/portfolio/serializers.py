"""Input checks and schema of portfolios; answers are the routines' rows."""

from decimal import Decimal, InvalidOperation
from typing import Any

from rest_framework import serializers

from accounts.portfolio import dashboard
from accounts.portfolio.models import UserOrder
from accounts.portfolio.overview import PERIODS
from config.bodies import Body

SMALLEST, LARGEST = Decimal("0.000001"), Decimal("1000000000")
LONGEST_TARGETS = 2_000  # characters


class MoneyField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class RateField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=6, **kwargs)


class OrderInput(Body):
    client_order_id = serializers.RegexField(r"^[\x21-\x7e]+$", max_length=64)
    symbol = serializers.CharField(max_length=50)
    side = serializers.ChoiceField(choices=UserOrder.Side.values)
    order_type = serializers.ChoiceField(choices=UserOrder.Type.values)
    quantity = MoneyField(min_value=SMALLEST, max_value=LARGEST)
    limit_price = MoneyField(min_value=SMALLEST, max_value=LARGEST, required=False)
    time_in_force = serializers.ChoiceField(choices=UserOrder.TimeInForce.values, required=False)

    def validate(self, order: dict[str, Any]) -> dict[str, Any]:
        if (order["order_type"] == UserOrder.Type.LIMIT) != ("limit_price" in order):
            raise serializers.ValidationError({"limit_price": ["A limit order has one, a market order has none."]})
        return order


class OrderOutput(serializers.Serializer):
    order_id = serializers.UUIDField()
    client_order_id = serializers.CharField()
    symbol = serializers.CharField()
    side = serializers.ChoiceField(choices=UserOrder.Side.values)
    order_type = serializers.ChoiceField(choices=UserOrder.Type.values)
    time_in_force = serializers.ChoiceField(choices=UserOrder.TimeInForce.values)
    order_source = serializers.ChoiceField(choices=UserOrder.Source.values)
    quantity = MoneyField()
    limit_price = MoneyField(allow_null=True)
    price_cap = MoneyField(help_text="The worst price at which it is filled: the limit, or a market order's guard.")
    currency_code = serializers.CharField()
    since_session = serializers.DateField(help_text="It is filled in later sessions only.")
    state = serializers.ChoiceField(choices=UserOrder.State.values)
    reason = serializers.CharField(allow_blank=True)
    filled_quantity = MoneyField()
    filled_amount = MoneyField()
    commission = MoneyField()
    reserved_cash = MoneyField()
    reserved_quantity = MoneyField()
    broker = serializers.CharField()
    cancel_requested_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class CashAccountOutput(serializers.Serializer):
    account_number = serializers.CharField()
    balance = MoneyField()
    reserved = MoneyField(help_text="The part of balance that open orders may spend.")
    account_type = serializers.CharField()
    account_status = serializers.CharField()
    currency_code = serializers.CharField()
    broker = serializers.CharField()
    entry_no = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PortfolioInput(serializers.Serializer):
    period = serializers.ChoiceField(choices=list(PERIODS), default="1Y")
    benchmark = serializers.CharField(max_length=50, required=False)


class AssetsOutput(serializers.Serializer):
    total_value = MoneyField()
    cash_balance = MoneyField()
    reserved_cash = MoneyField()
    stock_value = MoneyField()
    book_cost = MoneyField()
    unrealized_profit = MoneyField()
    currency_code = serializers.CharField()


class HoldingOutput(serializers.Serializer):
    symbol = serializers.CharField()
    company_name = serializers.CharField(allow_blank=True)
    quantity = MoneyField()
    reserved_quantity = MoneyField()
    average_cost = MoneyField()
    book_cost = MoneyField()
    current_price = MoneyField(allow_null=True)
    session = serializers.DateField(allow_null=True)
    market_value = MoneyField()
    unrealized_profit = MoneyField()
    return_rate = RateField(allow_null=True, help_text="Percent of book_cost.")
    weight = RateField()


class PerformanceOutput(serializers.Serializer):
    """Returns of sessions, 0.01 is one percent; null where a ratio is not defined."""

    period = serializers.ChoiceField(choices=list(PERIODS))
    benchmark = serializers.CharField()
    sessions = serializers.IntegerField()
    total_return = RateField(allow_null=True)
    annualised_return = RateField(allow_null=True)
    volatility = RateField(allow_null=True)
    sharpe_ratio = RateField(allow_null=True)
    max_drawdown = RateField(allow_null=True)
    win_rate = RateField(allow_null=True)
    profit_factor = RateField(allow_null=True)
    benchmark_return = RateField(allow_null=True)
    excess_return = RateField(allow_null=True)
    benchmark_volatility = RateField(allow_null=True)
    benchmark_max_drawdown = RateField(allow_null=True)
    beta = RateField(allow_null=True)


class ChartPoint(serializers.Serializer):
    session = serializers.DateField()
    value = serializers.DecimalField(max_digits=19, decimal_places=2)


class PortfolioOutput(AssetsOutput):
    total_return = MoneyField(help_text="What it is worth beyond what was paid in.")
    return_rate = RateField(allow_null=True, help_text="Percent of what was paid in.")
    holdings = HoldingOutput(many=True)
    performance = PerformanceOutput()
    chart = ChartPoint(many=True)


class RebalanceInput(serializers.Serializer):
    targets = serializers.CharField(max_length=LONGEST_TARGETS, allow_blank=True, default="")
    min_trade_amount = MoneyField(min_value=Decimal(0), max_value=LARGEST, default=Decimal(0))

    def validate_targets(self, text: str) -> dict[str, Decimal]:
        """`AAPL:0.4,MSFT:0.4`"""
        targets: dict[str, Decimal] = {}
        for entry in filter(None, text.split(",")):
            symbol, _, weight = entry.rpartition(":")
            try:
                targets[symbol] = Decimal(weight)
            except InvalidOperation:
                raise serializers.ValidationError(f"{entry!r} is not SYMBOL:WEIGHT.") from None
            if not targets[symbol].is_finite() or not 0 <= targets[symbol] <= 1 or "\0" in symbol:
                raise serializers.ValidationError(f"{entry!r} needs a weight between 0 and 1.")
        if len(targets) != len(list(filter(None, text.split(",")))) or sum(targets.values()) > 1:
            raise serializers.ValidationError("Each symbol once, and together at most 1.")
        return targets


class TradeOutput(serializers.Serializer):
    symbol = serializers.CharField()
    side = serializers.ChoiceField(choices=UserOrder.Side.values)
    quantity = MoneyField()
    price = MoneyField()
    amount = MoneyField()
    commission = MoneyField()
    current_weight = RateField()
    target_weight = RateField()


class RebalanceOutput(serializers.Serializer):
    total_value = MoneyField()
    trades = TradeOutput(many=True)
    estimated_cost = MoneyField()
    cash_after = MoneyField()


class AllocationOutput(serializers.Serializer):
    symbol = serializers.CharField()
    value = MoneyField()
    weight = RateField()


def dashboard_output() -> serializers.Serializer:
    """With the panels that the apps have registered."""
    fields = {name: panel.output for name, panel in dashboard.panels().items()}
    form = type("DashboardOutput", (_Dashboard,), fields)
    made: serializers.Serializer = form()
    return made


class _Dashboard(serializers.Serializer):
    assets = AssetsOutput()
    holdings = HoldingOutput(many=True)
    allocation = AllocationOutput(many=True)
