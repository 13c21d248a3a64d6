"""Orders and cancellations by many threads, while workers and database connections are killed; then all is counted."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import InterfaceError, OperationalError, connections

from accounts.portfolio import ledger, services
from accounts.portfolio.models import UserAccount, UserLedger, UserOrder, UserPortfolio
from config.refusals import Refusal
from shards.models import UniversalOutbox
from shards.saga.models import SagaInstance
from shards.scope import on_shard
from tests import scratch
from tests.accounts.portfolio.workers import SHARDS, Workers

SYMBOLS = ("AAA", "BBB")
THREADS = 20
CASH = Decimal(10_000_000)  # of each account: enough for all that may be ordered
REST = 3.0  # seconds in which no order has ended
PATIENCE = 120.0  # seconds, and one more for each ten orders


class Storm:
    def __init__(self, workers: Workers, accounts: list[int], feed: Callable[..., None], seed: int) -> None:
        self.workers = workers
        self.accounts = accounts
        self.feed = feed
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.accepted: set[tuple[int, str]] = set()

    def blow(self, orders: int, kills: int) -> None:
        """So many accepted orders by all threads together, and so many kills of workers and connections meanwhile."""
        threads = [
            threading.Thread(target=self._trade, args=(number, orders // THREADS, self.random.random()))
            for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        done = 0
        while any(thread.is_alive() for thread in threads) or done < kills:
            self._new_session()
            if done < kills * len(self.accepted) / orders or not any(thread.is_alive() for thread in threads):
                self._fault()
                done += 1
            time.sleep(0.05)
        for thread in threads:
            thread.join()

    def _trade(self, number: int, orders: int, seed: float) -> None:
        chance = random.Random(seed)
        made: list[tuple[int, Any]] = []
        tries = count()
        while len(made) < orders:
            key = chance.choice(self.accounts)
            order_id = self._persist(self._place, key, f"{number}-{next(tries)}", chance.getstate())
            chance.random()
            if order_id is not None:
                made.append((key, order_id))
            if made and chance.random() < 0.4:
                self._persist(self._cancel, *chance.choice(made))
        connections.close_all()

    def _place(self, key: int, name: str, state: Any) -> Any:
        """The same order, however often it is repeated."""
        chance = random.Random()
        chance.setstate(state)
        is_limit = chance.random() < 0.5
        order = services.order_place(
            account_db_key=key,
            client_order_id=name,
            symbol=chance.choice(SYMBOLS),
            side=chance.choice(["BUY", "BUY", "SELL"]),
            order_type="LIMIT" if is_limit else "MARKET",
            quantity=Decimal(chance.randrange(1, 40_000_000)) / 1_000_000,
            limit_price=Decimal(chance.randrange(45_000_000, 55_000_000)) / 1_000_000 if is_limit else None,
            time_in_force=chance.choice(["DAY", "GTC"]),
        )
        with self.lock:
            self.accepted.add((key, name))
        return order.order_id

    def _cancel(self, key: int, order_id: Any) -> None:
        services.order_cancel_request(account_db_key=key, order_id=order_id)

    def _persist(self, act: Callable[..., Any], *arguments: Any) -> Any:
        """As a client does: what broke off is tried again, what was refused is not."""
        while True:
            try:
                return act(*arguments)
            except Refusal as refusal:
                with self.lock:
                    self.counts[refusal.code] += 1
                if refusal.status != 503:
                    return None
                connections.close_all()  # as after a request that broke off
                time.sleep(0.05)
            except (OperationalError, InterfaceError):
                connections.close_all()
                with self.lock:
                    self.counts["repeated"] += 1

    def _new_session(self) -> None:
        for symbol in SYMBOLS:
            low, high = self.random.uniform(45, 50), self.random.uniform(50, 55)
            opening, close = (round(self.random.uniform(low, high), 6) for _ in range(2))
            self.feed(
                symbol, (opening, round(high, 6), round(low, 6), close), volume=self.random.choice([90, 1_000_000])
            )

    def _fault(self) -> None:
        if self.random.random() < 0.5:
            self.workers.kill(self.random.randrange(self.workers.count))
            self.counts["workers killed"] += 1
            return
        alias = f"shard_{self.random.choice(SHARDS)}"
        name = connections.settings[alias]["NAME"]
        # information_schema.processlist fails on MySQL while a statement with binary values runs (3854).
        listed = scratch.execute(
            alias, "SELECT processlist_id, processlist_db FROM performance_schema.threads WHERE processlist_id > 0"
        )
        own = connections[alias].connection.thread_id() if connections[alias].connection else 0  # the counting one's
        victims = [number for number, database in listed if database == name and number != own]
        for number in self.random.sample(victims, min(len(victims), 5)):
            with suppress(OperationalError):  # it has gone by itself
                scratch.execute(alias, f"KILL {number}")
        self.counts["connections killed"] += 1

    def calm(self, kills: int) -> None:
        """So many kills more while the market goes on; what then waits for nothing but its price is cancelled."""
        deadline = time.monotonic() + PATIENCE + len(self.accepted) / 10
        done, before, since = 0, -1, time.monotonic()
        while (open_orders := self._persist(self._open)) or done < kills:
            assert time.monotonic() < deadline, f"orders in limbo: {open_orders[:5]}"
            if len(open_orders) != before:
                before, since = len(open_orders), time.monotonic()
            if done < kills:
                self._fault()
                done += 1
            elif time.monotonic() - since > REST:
                for key, order_id in open_orders:
                    self._persist(self._cancel, key, order_id)
            self._new_session()
            time.sleep(0.2)

    def _open(self) -> list[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        for shard_id in SHARDS:
            with on_shard(shard_id):
                orders = UserOrder.objects.filter(state__in=UserOrder.OPEN)
                found += orders.values_list("account_db_key", "order_id")
        return found

    def count(self) -> None:
        """Cash and shares to the last digit, from the orders alone; each change told once; every order there once."""
        there: set[tuple[int, str]] = set()
        for shard_id in SHARDS:
            with on_shard(shard_id):
                assert ledger.check() == []
                orders = list(UserOrder.objects.all())
                there |= {(order.account_db_key, order.client_order_id) for order in orders}
                for account in UserAccount.objects.all():
                    _count(account, [order for order in orders if order.account_db_key == account.account_db_key])
                assert not SagaInstance.objects.filter(completed_at=None).exists()
                self.counts.update(order.state for order in orders)
                _count_events(orders)
        assert there == self.accepted


def _count(account: UserAccount, orders: list[UserOrder]) -> None:
    cash, shares = CASH, Counter[str]()
    for order in orders:
        sign = 1 if order.side == "BUY" else -1
        cash -= sign * order.filled_amount + order.commission
        shares[order.asset_code] += sign * order.filled_quantity
    held = {row.asset_code: row.quantity for row in UserPortfolio.objects.filter(account_db_key=account.pk)}
    assert (account.balance, account.reserved) == (cash, Decimal(0))
    assert held == {symbol: shares[symbol] for symbol in held}
    assert not [symbol for symbol in shares if shares[symbol] and symbol not in held]
    assert not UserPortfolio.objects.filter(account_db_key=account.pk).exclude(reserved_quantity=0).exists()


def _count_events(orders: list[UserOrder]) -> None:
    """The hot queue is never relayed here, so all that was told is in it: each fill and each end once."""
    events = UniversalOutbox.objects.filter(domain="portfolio").values_list("aggregate_id", "event_type", "event_data")
    told = Counter((order_id, what, data.get("broker_fill_id", "")) for order_id, what, data in events)
    fills = UserLedger.objects.exclude(order_id=None).values_list("order_id", "broker_fill_id")
    happened = Counter((str(order_id), "portfolio.order_filled", fill_id) for order_id, fill_id in fills)
    happened.update(
        (str(order.order_id), "portfolio.order_ended", "")
        for order in orders
        if order.state in ("cancelled", "rejected", "expired")
    )
    assert (told - happened, happened - told) == (Counter(), Counter())
