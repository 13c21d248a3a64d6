"""Rows of every model that the operators' console shows, for tests of all its pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db import OperationalError, models
from django.db.models import Model
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from accounts.models import Account, Plan, UserAccount, UserLedger, UserOrder, UserPortfolio, UserSession
from accounts.services import account_insert
from chat.models import ChatDrift, ChatParked, ChatPersona, ChatRoom, ChatStatistics, ChatTokens, ChatTranscriptRead
from config.databases import shard_alias
from notifications.models import (
    InappNotification,
    Notice,
    NotificationDelivery,
    NotificationSettings,
    NotificationTrace,
    PriceAlarm,
)
from shards import errorlog
from shards.fields import new_public_id
from shards.models import (
    AccountResidence,
    ErrorLog,
    Job,
    OutboxEvent,
    OutboxParked,
    Retention,
    SagaInstance,
    ShardConfig,
    UniversalOutbox,
)
from shards.router import scope_of
from shards.scope import Scope, on_global, on_shard
from signals.models import (
    KalmanHistory,
    MarketBar,
    MarketBarRevision,
    MarketFeed,
    MarketGap,
    MarketProgress,
    MarketSignal,
    MarketSplit,
    MarketSymbol,
    SignalAlarm,
    SignalFanout,
    SignalHistory,
    SignalRevision,
    SignalScan,
)
from tutorial.models import TutorialStep

SHARD = 1  # where the rows of shard models go
NOW = datetime(2026, 11, 2, 14, 30, 5, tzinfo=UTC)
DAY = date(2026, 10, 30)
PRICE = Decimal("189.98")
BAND = {"band_window": 20, "band_k": Decimal(2)}
SIGNAL = {"session": DAY, "signal_type": "BUY", "signal_price": PRICE, "volume": 71_600_000, "triggered_at": NOW}
JUDGED = {
    "price_after_1d": PRICE, "profit_rate": Decimal("1.5"), "is_win": True, "evaluated_at": NOW, "horizon": 1,
}  # fmt: skip
QUOTE = {"company_name": "Apple Inc.", "exchange": "NASDAQ", "currency": "USD"}


def models_shown() -> list[type[Model]]:
    """All that are registered but the log of Django's own admin, which is not ours."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def make_row(model: type[Model], number: int) -> Model:
    """The row of that number; of shard and every-models on `SHARD`."""
    if model is Account:
        signed_up = account_insert(
            platform_type=1,
            account_id=f"row{number}",
            password_hash="a-hash-nobody-may-see",
            email=f"row{number}@example.com",
            nickname=f"Row{number}",
        )
        return Account.objects.get(pk=signed_up.account_db_key)
    if model is Plan:  # there are four, and no more can be
        return Plan.objects.all()[number % 4]
    if model is ErrorLog:  # on a connection of its own, as always
        errorlog.record(shard_alias(SHARD), "fp_x", {"symbol": "AAPL"}, OperationalError(1064, f"syntax {number}"))
        with on_shard(SHARD):
            return ErrorLog.objects.latest("idx")
    with on_global() if scope_of(model) is Scope.GLOBAL else on_shard(SHARD):
        return model._default_manager.create(**COLUMNS[model](number))


def _alarm(number: int) -> dict[str, Any]:
    times = {"created_at": NOW, "updated_at": NOW}
    return {
        "alarm_id": new_public_id(), "account_db_key": 5000 + number, "symbol": "AAPL", "current_price": PRICE,
        "since_session": DAY, **QUOTE, **BAND, **times,
    }  # fmt: skip


def _history(number: int) -> dict[str, Any]:
    ids = {"signal_id": new_public_id(), "market_signal_id": new_public_id(), "alarm_id": new_public_id()}
    return {"account_db_key": 5000 + number, "source": "bollinger", "symbol": "AAPL", **ids, **BAND, **SIGNAL, **JUDGED}


def _bar(number: int) -> dict[str, Any]:
    prices = {"open": PRICE, "high": PRICE, "low": PRICE, "close": PRICE}
    return {"symbol": f"S{number}", "session": DAY, **prices, "volume": 1, "source": "sample"}


def _event(number: int) -> dict[str, Any]:
    return {
        "event_id": new_public_id(), "domain": "market", "partition_key": "AAPL", "sequence_no": number,
        "event_type": "signal.detected", "aggregate_id": "AAPL", "event_data": {"symbol": "AAPL"}, "created_at": NOW,
    }  # fmt: skip


def _session(number: int) -> dict[str, Any]:
    return {
        "session_id": new_public_id(), "account": make_row(Account, 1000 + number),
        "token_hash": number.to_bytes(32, "big"), "address": "127.0.0.1", "created_at": NOW, "last_seen": NOW,
        "expires_at": NOW + timedelta(days=14),
    }  # fmt: skip


COLUMNS: dict[type[models.Model], Callable[[int], dict[str, Any]]] = {
    UserSession: _session,
    SignalAlarm: _alarm,
    SignalHistory: _history,
    SignalRevision: lambda number: {
        "signal_id": new_public_id(), "revision": 0, "account_db_key": 5000 + number, "signal_price": PRICE,
        "replaced_at": NOW, **JUDGED,
    },
    UserAccount: lambda number: {
        "account_db_key": 5000 + number, "account_number": f"{number:016}", "account_type": "investment",
        "currency_code": "USD", "broker": "paper", "created_at": NOW, "updated_at": NOW,
    },
    UserPortfolio: lambda number: {
        "account_db_key": 5000 + number, "asset_code": "AAPL", "quantity": 3, "book_cost": PRICE, "average_cost": PRICE,
        "currency_code": "USD", "last_updated": NOW,
    },
    UserLedger: lambda number: {
        "account_db_key": 6000 + number, "entry_no": 1, "entry_type": "OPENING", "session": DAY,
        "currency_code": "USD", "cash_change": 5, "cash_after": 5, "created_at": NOW,
    },
    UserOrder: lambda number: {
        "order_id": new_public_id(), "account_db_key": 5000 + number, "client_order_id": str(number),
        "asset_code": "AAPL", "side": "BUY", "order_type": "MARKET", "time_in_force": "DAY", "order_source": "MANUAL",
        "quantity": 3, "price_cap": PRICE, "commission_rate": Decimal("0.0025"), "currency_code": "USD",
        "since_session": DAY, "state": "accepted", "broker": "paper", "created_at": NOW, "updated_at": NOW,
    },
    SignalFanout: lambda number: {"name": f"lane {number}"},
    MarketSymbol: lambda number: {"symbol": f"S{number}", "calendar": "XNYS", **QUOTE},
    MarketBar: _bar,
    MarketBarRevision: lambda number: {**_bar(number), "replaced_at": NOW},
    MarketFeed: lambda number: {"source": f"source {number}", "asked_at": NOW, "error": "yahoo: 503"},
    MarketGap: lambda number: {"symbol": f"S{number}", "session": DAY, "noticed_at": NOW},
    MarketProgress: lambda number: {"name": f"work {number}"},
    KalmanHistory: lambda number: {
        "ticker": f"S{number}", "account_db_key": 0, "timestamp": NOW, "state_vector_x": [0.5] * 5,
        "covariance_matrix_p": [[1.0] * 5] * 5, "step_count": 1, "trading_signal": "Long",
        "market_data": {"close": "1"}, "performance_metrics": {"score": 0.7, "health": "healthy"}, "created_at": NOW,
    },
    MarketSplit: lambda number: {"symbol": f"S{number}", "session": DAY, "ratio": Decimal(2)},
    MarketSignal: lambda number: {
        "signal_id": UUID(int=number), "signal_seq": number, "source": "bollinger", "symbol": f"S{number}", **BAND,
        **SIGNAL,
    },
    SignalScan: lambda number: {"symbol": f"S{number}", **BAND, "after_session": DAY, "upto_session": DAY},
    InappNotification: lambda number: {
        "notification_id": new_public_id(), "account_db_key": 5000 + number, "type_id": "SIGNAL_ALERT",
        "source_id": new_public_id(), "title": "AAPL: BUY signal", "message": "AAPL closed", "created_at": NOW,
    },
    ChatRoom: lambda number: {
        "room_id": UUID(int=number),
        "account_db_key": 1000,
        "ai_persona": "guide",
        "activity_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    },
    ChatStatistics: lambda number: {
        "account_db_key": 5000 + number,
        "date": DAY,
        "created_at": NOW,
        "updated_at": NOW,
    },
    ChatTokens: lambda number: {
        "reply_id": UUID(int=number),
        "account_db_key": 1000,
        "room_id": UUID(int=1),
        "local_date": DAY,
        "ai_persona": "guide",
        "persona_version": 1,
        "request": {"question_id": "q"},
        "reserved_tokens": 700,
        "created_at": NOW,
        "updated_at": NOW,
    },
    ChatParked: lambda number: {
        "message_id": UUID(int=number),
        "account_db_key": 1000,
        "room_id": UUID(int=1),
        "message": "{}",
        "reason": "database error 4025",
        "parked_at": NOW,
        "updated_at": NOW,
    },
    ChatDrift: lambda number: {
        "room_id": UUID(int=1),
        "account_db_key": 1000,
        "compared": "room",
        "detail": {"kept": {"message_count": "2"}, "counted": {"message_count": "3"}},
        "found_at": NOW,
        "repaired_at": NOW,
    },
    ChatPersona: lambda number: {
        "ai_persona": "persona",
        "version": number,
        "display_name": "Persona",
        "adapter": "built_in",
        "model": "built-in",
        "system_prompt": "Answer.",
        "tools": ["alarms"],
    },
    ChatTranscriptRead: lambda number: {
        "operator_db_key": 1000,
        "account_db_key": 1000,
        "shard_id": SHARD,
        "room_id": UUID(int=1),
        "client_address": "127.0.0.1",
    },
    TutorialStep: lambda number: {
        "account_db_key": 5000 + number, "tutorial_type": "CHAT", "step_id": "chat.intro", "completed_by": "user",
        "completed_at": NOW, "seconds_since_signup": 60,
    },
    NotificationDelivery: lambda number: {
        "delivery_id": new_public_id(), "account_db_key": 5000 + number, "notification_id": new_public_id(),
        "type_id": "SIGNAL_ALERT", "channel": "email", "title": "AAPL: BUY signal", "message": "AAPL closed",
        "priority": 2, "next_attempt_at": NOW, "created_at": NOW,
    },
    PriceAlarm: lambda number: {
        "price_alarm_id": new_public_id(), "account_db_key": 5000 + number, "symbol": "AAPL", "direction": "ABOVE",
        "target_price": PRICE, "since_session": DAY, "created_at": NOW,
    },
    Notice: lambda number: {
        "notice_id": new_public_id(), "type_id": "SYSTEM_NOTICE", "title_en": "Maintenance", "message_en": "Tonight.",
        "title_ko": "점검", "message_ko": "오늘 밤.", "counted": 7, "start_at": NOW, "created_by": 5000,
        "created_at": NOW,
    },
    NotificationTrace: lambda number: {
        "notification_id": new_public_id(), "account_db_key": 5000 + number, "channel": "email",
        "decision": "queued", "created_at": NOW,
    },
    NotificationSettings: lambda number: {"account_db_key": 5000 + number},
    AccountResidence: lambda number: {"account_db_key": 5000 + number},
    UniversalOutbox: _event,
    OutboxEvent: lambda number: {**_event(number), "published_at": NOW},
    OutboxParked: lambda number: {
        **_event(number), "consumer": "notifications", "tries": 8, "reason": "KeyError: 'symbol'", "parked_at": NOW,
    },
    SagaInstance: lambda number: {
        "saga_id": new_public_id(), "saga_type": "accounts.plan_change", "definition_version": 1,
        "idempotency_key": f"key {number}", "initiator_id": str(5000 + number), "status": "waiting", "total_steps": 3,
        "saga_data": {"plan": "BASIC"}, "created_at": NOW, "updated_at": NOW,
    },
    Retention: lambda number: {"table": f"table {number}", "keep_days": 30},
    Job: lambda number: {"name": f"job {number}", "started_at": NOW, "finished_at": NOW, "duration_ms": 12},
    ShardConfig: lambda number: {
        "shard_id": 70 + number, "shard_name": f"s{number}", "host": "127.0.0.1", "database_name": "none",
        "status": ShardConfig.Status.MAINTENANCE,  # takes no accounts
    },
    IntervalSchedule: lambda number: {"every": 1000 + number, "period": IntervalSchedule.SECONDS},
    CrontabSchedule: lambda number: {"minute": str(number)},
    ClockedSchedule: lambda number: {"clocked_time": NOW + timedelta(minutes=number)},
    SolarSchedule: lambda number: {"event": "sunrise", "latitude": number, "longitude": number},
    PeriodicTask: lambda number: {
        "name": f"task {number}", "task": "outbox.relay",
        "interval": IntervalSchedule.objects.get_or_create(every=7, period=IntervalSchedule.SECONDS)[0],
    },
}  # fmt: skip
