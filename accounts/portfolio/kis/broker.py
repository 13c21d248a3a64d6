"""The broker port at Korea Investment & Securities: stocks of US exchanges, day orders with a limit, whole shares.

KIS knows no order ids of its callers. That an order is placed once is kept so: an account's orders are placed one after
the other (`resource`); the time of sending is written down and committed before it is sent; and an order that has such
a time is looked for among the account's executions before it is sent again, and not sent again before `certain`
seconds, in which whatever KIS received late must have shown up. An order that the user made elsewhere, with the same
symbol, side, quantity and price on the same day, cannot be told apart.

A market order goes out with its `price_cap` as limit: KIS takes no other during the session. Executions are told as
sums, so a fill is the difference to what is booked, and `after_quantity` lets only one of two such differences in.

Paths, ids and fields are those of KIS Developers' documentation of overseas stocks: order (v1-001), revise and cancel
(v1-003), open orders (v1-005), executions (v1-007). Its simulation has no list of open orders, and executions there are
asked for without a filter.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from accounts.portfolio import selectors, services
from accounts.portfolio.brokers import (
    SIX_PLACES,
    BrokerUnavailable,
    Fill,
    OrderRefused,
    Report,
    amount_of,
    commission_of,
)
from accounts.portfolio.kis.client import AppKey, Client, NotDone
from accounts.portfolio.market import market
from accounts.portfolio.procedures import Order
from config.refusals import Refusal

log = structlog.get_logger(__name__)

TRADING = "/uapi/overseas-stock/v1/trading"
EXCHANGES = {"NASDAQ": "NASD", "NYSE": "NYSE", "AMEX": "AMEX"}
ALL_OF_US = "NASD"  # in a question for orders
EXCHANGE_TIME = ZoneInfo("America/New_York")  # of KIS's order dates, which are the exchange's
REFUSED = "거부"  # prcs_stat_name of an order that the exchange refused; the others are 전송 (sent) and 완료 (done)
CANCELLATION = "02"
SIDES = {"BUY": "02", "SELL": "01"}
TICK, SMALL_TICK = Decimal("0.01"), Decimal("0.0001")  # from one dollar on, and below
PAGES = 10

# what is asked: (for real, in KIS's simulation)
TR_IDS = {
    "BUY": ("TTTT1002U", "VTTT1002U"),
    "SELL": ("TTTT1006U", "VTTT1001U"),
    "cancel": ("TTTT1004U", "VTTT1004U"),
    "executions": ("TTTS3035R", "VTTS3035R"),
    "open": ("TTTS3018R", ""),
}

Row = dict[str, Any]
AppKeyOf = Callable[
    [int], AppKey
]  # of an account, which must be allowed to trade; raises a Refusal where there is none


class KisBroker:
    name = "kis"
    commission_rate = Decimal("0.0025")

    def __init__(self, client: Client, app_key: AppKeyOf, *, is_simulation: bool, certain: float = 60.0) -> None:
        self.client = client
        self.app_key = app_key
        self.is_simulation = is_simulation
        self.certain = timedelta(seconds=certain)

    def resource(self, account_db_key: int) -> str:
        return f"kis:{account_db_key}"

    def place(self, order: Order) -> str:
        body = self._body(order)
        if order.broker_asked_at is not None and (found := self.find(order)):
            return found
        app, day = self.app_key(order.account_db_key), _today()
        services.order_asked(account_db_key=order.account_db_key, order_id=order.order_id, is_asked=True)
        try:
            answer = self.client.post(app, f"{TRADING}/order", self._tr_id(order.side), body)
        except (NotDone, OrderRefused):
            services.order_asked(account_db_key=order.account_db_key, order_id=order.order_id, is_asked=False)
            raise
        return _name(day, answer.body["output"]["ODNO"])

    def find(self, order: Order) -> str:
        if order.broker_asked_at is None:
            return ""
        rows = self._executions(order.account_db_key, order.broker_asked_at)
        alike = [_name_of(row) for row in rows if self._is_like(row, order)]
        taken = selectors.broker_order_ids(account_db_key=order.account_db_key, among=alike)
        free = sorted(name for name in alike if name not in taken)
        if not free and datetime.now(UTC) - order.broker_asked_at < self.certain:
            raise BrokerUnavailable("it is too early to say whether the order got there")
        return free[0] if free else ""

    def reports(self, orders: Sequence[Order]) -> list[Report]:
        """An account whose broker does not answer has nothing to tell, and holds up no other."""
        by_account: dict[int, list[Order]] = defaultdict(list)
        for order in orders:
            by_account[order.account_db_key].append(order)
        told: dict[Any, Report] = {}
        for account_db_key, of_one in by_account.items():
            try:
                told |= self._reports(account_db_key, of_one)
            except Refusal as error:
                log.warning("broker_unavailable", broker=self.name, account_db_key=account_db_key, error=str(error))
        return [told.get(order.order_id, Report([], "")) for order in orders]

    def cancel(self, order: Order) -> None:
        """One that is filled or cancelled already is refused by KIS; the next report says which."""
        body = self._account(order.account_db_key) | {
            "OVRS_EXCG_CD": _exchange(order.asset_code),
            "PDNO": order.asset_code,
            "ORGN_ODNO": order.broker_order_id.partition("-")[2],
            "RVSE_CNCL_DVSN_CD": CANCELLATION,
            "ORD_QTY": f"{order.quantity - order.filled_quantity:f}".partition(".")[0],
            "OVRS_ORD_UNPR": "0",
            "MGCO_APTM_ODNO": "",
            "ORD_SVR_DVSN_CD": "0",
        }
        app = self.app_key(order.account_db_key)
        try:
            self.client.post(app, f"{TRADING}/order-rvsecncl", self._tr_id("cancel"), body)
        except OrderRefused as error:
            log.info("cancel_refused", broker=self.name, order_id=str(order.order_id), error=str(error))

    def _reports(self, account_db_key: int, orders: Sequence[Order]) -> dict[Any, Report]:
        """What is open is asked first: an order that is not, has in the later answer all that it will ever have."""
        listed = [] if self.is_simulation else self._open(account_db_key)
        rows = self._executions(account_db_key, min(order.created_at for order in orders))
        unfilled = [row for row in rows if Decimal(row["nccs_qty"]) > 0] if self.is_simulation else listed
        still_open = {_name_of(row) for row in unfilled}
        by_name = {_name_of(row): row for row in rows}
        return {order.order_id: self._report(order, by_name.get(order.broker_order_id), still_open) for order in orders}

    def _report(self, order: Order, row: Row | None, still_open: set[str]) -> Report:
        if row is None:
            return Report([], "")
        filled, amount = Decimal(row["ft_ccld_qty"]), Decimal(row["ft_ccld_amt3"])
        fills = []
        if filled > order.filled_quantity:
            quantity = filled - order.filled_quantity
            price = ((amount - order.filled_amount) / quantity).quantize(SIX_PLACES, ROUND_DOWN)
            commission = commission_of(amount_of(quantity, price), order.commission_rate)
            fills.append(Fill(f"upto {filled:f}", order.filled_quantity, quantity, price, commission, _today()))
        if row["prcs_stat_name"] == REFUSED:
            reason = row["rjct_rson_name"] or row["rjct_rson"] or "the exchange refused it"
            return Report(fills, "cancelled", str(reason)[: services.LONGEST_REASON])
        if filled == order.quantity or order.broker_order_id in still_open:
            return Report(fills, "")
        if datetime.now(UTC) - order.updated_at < self.certain:
            return Report(fills, "")  # so young that the list of the open ones may not have it yet
        is_cancelled = order.cancel_requested_at is not None
        return Report(
            fills, *(("cancelled", "its owner cancelled it") if is_cancelled else ("expired", "its day is over"))
        )

    def _open(self, account_db_key: int) -> list[Row]:
        return self._pages(account_db_key, "open", "inquire-nccs", {"OVRS_EXCG_CD": ALL_OF_US, "SORT_SQN": "DS"})

    def _executions(self, account_db_key: int, since: datetime) -> list[Row]:
        asked = {
            "PDNO": "" if self.is_simulation else "%",
            "OVRS_EXCG_CD": "" if self.is_simulation else ALL_OF_US,
            "SORT_SQN": "DS",
            "ORD_STRT_DT": f"{since.astimezone(EXCHANGE_TIME):%Y%m%d}",
            "ORD_END_DT": f"{_today():%Y%m%d}",
            "SLL_BUY_DVSN": "00",
            "CCLD_NCCS_DVSN": "00",
            "ORD_DT": "",
            "ORD_GNO_BRNO": "",
            "ODNO": "",
        }
        rows = self._pages(account_db_key, "executions", "inquire-ccnl", asked)
        return [row for row in rows if row["rvse_cncl_dvsn"] != CANCELLATION]  # which have rows of their own

    def _pages(self, account_db_key: int, what: str, path: str, asked: dict[str, str]) -> list[Row]:
        app, rows = self.app_key(account_db_key), list[Row]()
        params = self._account(account_db_key) | asked
        places = {"CTX_AREA_FK200": "", "CTX_AREA_NK200": ""}
        for number in range(PAGES):
            answer = self.client.get(app, f"{TRADING}/{path}", self._tr_id(what), params | places, is_next=number > 0)
            rows += _rows(answer.body["output"])
            if not answer.has_more:
                return rows
            places = {name: str(answer.body[name.lower()]) for name in places}
        raise BrokerUnavailable(f"more than {PAGES} pages of {what}")

    def _body(self, order: Order) -> dict[str, str]:
        """Raises OrderRefused for what KIS does not know."""
        if order.quantity != order.quantity.to_integral_value():
            raise OrderRefused("this broker takes whole shares only")
        if order.time_in_force != "DAY":
            raise OrderRefused("this broker takes orders for the day only")
        return self._account(order.account_db_key) | {
            "OVRS_EXCG_CD": _exchange(order.asset_code),
            "PDNO": order.asset_code,
            "ORD_QTY": f"{order.quantity.to_integral_value():f}",
            "OVRS_ORD_UNPR": f"{_limit(order):f}",
            "CTAC_TLNO": "",
            "MGCO_APTM_ODNO": "",
            "SLL_TYPE": "00" if order.side == "SELL" else "",
            "ORD_SVR_DVSN_CD": "0",
            "ORD_DVSN": "00",
        }

    def _is_like(self, row: Row, order: Order) -> bool:
        return (
            row["pdno"] == order.asset_code
            and row["sll_buy_dvsn_cd"] == SIDES[order.side]
            and Decimal(row["ft_ord_qty"]) == order.quantity
            and Decimal(row["ft_ord_unpr3"]) == _limit(order)
        )

    def _account(self, account_db_key: int) -> dict[str, str]:
        number, _, product = selectors.account_get(account_db_key=account_db_key).broker_account.partition("-")
        return {"CANO": number, "ACNT_PRDT_CD": product}

    def _tr_id(self, what: str) -> str:
        return TR_IDS[what][self.is_simulation]


def _limit(order: Order) -> Decimal:
    """On the tick that is no worse for its owner than the cap."""
    tick = TICK if order.price_cap >= 1 else SMALL_TICK
    return order.price_cap.quantize(tick, ROUND_DOWN if order.side == "BUY" else ROUND_UP)


def _exchange(symbol: str) -> str:
    quotes = market().quotes([symbol])
    if not quotes or quotes[0].exchange not in EXCHANGES:
        raise OrderRefused("this broker does not trade on the symbol's exchange")
    return EXCHANGES[quotes[0].exchange]


def _today() -> date:
    return datetime.now(EXCHANGE_TIME).date()


def _rows(output: list[Row] | Row) -> list[Row]:
    """Where there is nothing, KIS answers with one row of empty fields, and not always in a list."""
    return [row for row in (output if isinstance(output, list) else [output]) if row["odno"]]


def _name(day: date, number: str) -> str:
    """KIS numbers orders anew every day."""
    return f"{day:%Y%m%d}-{number.lstrip('0')}"


def _name_of(row: Row) -> str:
    return f"{row['ord_dt']}-{row['odno'].lstrip('0')}"
