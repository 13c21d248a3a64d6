"""Replies: from the request to a final event, with the built-in persona and with a model server over real HTTP."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest

from accounts.models import Plan
from accounts.plans import seed_plans
from accounts.portfolio.models import UserPortfolio
from accounts.procedures import SignedUp
from chat import personas
from chat.budget import tokens
from chat.days import local_date
from chat.exceptions import BudgetExhausted
from chat.live import keys
from chat.models import ChatPersona, ChatStatistics, ChatTokens
from chat.replies import recovery, tools
from chat.replies import services as replies
from chat.replies.events import Events, LeaseLost
from chat.seeds import seed_personas
from chat.services import room_delete, room_update
from config import sse
from config.redis import streams as redis
from config.stack_servers import wait_until
from shards.fields import new_public_id
from shards.scope import on_shard
from signals.models import MarketBar, MarketSymbol, SignalHistory
from tests.chat.conftest import Room
from tests.chat.model_server import USAGE, WORDS, ModelServer, model_server
from tests.chat.replying import answered, ask, ended, events, generating, go_back, path_of
from tests.chat.test_live_path import redis_away
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture(autouse=True)
def seeded(platform_state: None) -> None:
    seed_personas()
    personas.forget()


@pytest.fixture
def server(settings: Any) -> Iterator[ModelServer]:
    """A model server, and the room fixture's persona on it."""
    with model_server() as running:
        settings.CHAT_OPENAI_BASE_URL = running.url
        settings.CHAT_OPENAI_TIMEOUT = 1.0
        yield running


@pytest.fixture
def analyst(server: ModelServer, make_account: Callable[..., SignedUp]) -> Room:
    return analysts(make_account(shard=1).account_db_key)


def analysts(account_db_key: int) -> Room:
    room = Room(account_db_key)
    room_update(account_db_key=account_db_key, room_id=room.room_id, ai_persona="analyst")
    return room


def ledger(room: Room) -> list[ChatTokens]:
    with on_shard(1):
        return list(ChatTokens.objects.filter(account_db_key=room.account_db_key).order_by("created_at"))


def spent(room: Room) -> tuple[int, int]:
    """Tokens and reservations of the statistics, compared with the ledger's sum."""
    with on_shard(1):
        days = list(ChatStatistics.objects.filter(account_db_key=room.account_db_key))
    total, reserved = sum(day.total_tokens for day in days), sum(day.reserved_tokens for day in days)
    rows = ledger(room)
    assert total == sum(row.prompt_tokens + row.completion_tokens for row in rows)
    assert reserved == sum(row.reserved_tokens for row in rows if row.state == "reserved")
    return total, reserved


def put_signals(account_db_key: int, symbol: str, *rates: str) -> None:
    with on_shard(1):
        for number, rate in enumerate(rates, 1):
            SignalHistory.objects.create(
                signal_id=new_public_id(),
                market_signal_id=new_public_id(),
                alarm_id=new_public_id(),
                account_db_key=account_db_key,
                source="test",
                symbol=symbol,
                band_window=20,
                band_k=2,
                session=date(2012, 3, number),
                signal_type="BUY",
                signal_price=Decimal(100),
                volume=1,
                triggered_at=datetime.now(UTC),
                horizon=1,
                price_after_1d=100 + Decimal(rate),
                profit_rate=Decimal(rate),
                is_win=Decimal(rate) >= 1,
                evaluated_at=datetime.now(UTC),
            )


def put_close(symbol: str, close: int) -> None:
    names = {"company_name": symbol, "exchange": "NYSE", "currency": "USD", "calendar": "XNYS"}
    MarketSymbol.objects.create(symbol=symbol, **names)
    prices = dict.fromkeys(("open", "high", "low", "close"), Decimal(close))
    MarketBar.objects.create(symbol=symbol, session=date(2012, 3, 1), volume=1, source="test", **prices)


def put_position(account_db_key: int, symbol: str, **figures: int) -> None:
    with on_shard(1):
        UserPortfolio.objects.create(
            account_db_key=account_db_key,
            asset_code=symbol,
            currency_code="USD",
            last_updated=datetime.now(UTC),
            **figures,
        )


# The built-in persona -------------------------------------------------------------------------------------------------
def test_the_built_in_persona_quotes_the_user_s_own_figures(room: Room, make_account: Callable[..., SignedUp]) -> None:
    put_signals(room.account_db_key, "AAPL", "2.5", "-1.5", "4.1")
    put_signals(room.account_db_key, "MSFT", "9.9")
    put_signals(make_account(shard=1).account_db_key, "AAPL", "7.7", "8.8")
    message = answered(room, "How did my AAPL alarm do?")
    assert "Your AAPL alarms gave 3 signals lately; 2 of 3 judged ones were wins." in message["content"]
    assert "On average they made +1.700 %" in message["content"]
    assert "The latest: AAPL BUY on 2012-03-03 at 100.000000" in message["content"]
    assert message["content"].endswith("(Built-in guide, from your own data; no language model.)")
    assert not {"7.7", "8.8", "9.9"} & set(message["content"].split())
    assert message["metadata"]["grounded_on"] == ["alarms", "signals"]
    assert (message["metadata"]["ai_persona"], message["metadata"]["persona_version"]) == ("guide", 1)


def test_the_built_in_persona_quotes_the_user_s_own_portfolio(
    room: Room, make_account: Callable[..., SignedUp]
) -> None:
    assert "I cannot say: The market has no prices yet" in answered(room, "My portfolio?")["content"]
    put_close("AAPL", 180)
    put_position(room.account_db_key, "AAPL", quantity=10, book_cost=1500, current_value=1500)
    put_position(make_account(shard=1).account_db_key, "IBM", quantity=7, book_cost=700, current_value=700)
    said = answered(room, "What is in my portfolio?")["content"]
    assert said.startswith("Your portfolio is worth 101,800.00 USD: 100,000.00 in cash and 1,800.00 in 1 holdings.")
    assert "AAPL: 10 shares worth 1,800.00 USD, +20.000 % on what they cost." in said
    assert "IBM" not in said
    assert "You hold no IBM." in answered(room, "And my IBM position?")["content"]


def test_an_answer_is_streamed_stored_paid_and_gives_the_room_its_title(room: Room) -> None:
    with generating():
        reply_id = ask(room, "What are my statistics? And more, in a second sentence.")
        name, data = ended(reply_id)
    seen = events(reply_id)
    names = [name for _, name, _ in seen]
    assert names == ["message.created", *["message.delta"] * (len(seen) - 2), "message.completed"]
    assert [number for number, _, _ in seen] == list(range(1, len(seen) + 1))
    assert "".join(said["text"] for _, _, said in seen[1:-1]) == data["message"]["content"]
    assert path_of(room) == ["What are my statistics? And more, in a second sentence.", data["message"]["content"]]
    assert room.row.title == "What are my statistics?"
    (row,) = ledger(room)
    assert (name, row.state) == ("message.completed", "settled")
    assert spent(room) == (row.prompt_tokens + row.completion_tokens, 0)


# A model server -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("behave", "event", "end", "content"),
    [
        (["well"], "message.completed", "stop", "".join(WORDS)),
        (["no_usage"], "message.completed", "stop", "".join(WORDS)),
        (["length"], "message.completed", "length", "".join(WORDS)),
        (["busy", "broken", "well"], "message.completed", "stop", "".join(WORDS)),
        (["half_pair"], "message.completed", "stop", "The answer is fort?y-two."),
        (["cut"], "message.failed", "model_cut", "".join(WORDS[:3])),
        (["malformed"], "message.failed", "model_malformed", "".join(WORDS[:3])),
        (["stalls"], "message.failed", "model_timeout", "".join(WORDS[:3])),
    ],
)
def test_what_the_server_does_becomes_a_stated_end(
    analyst: Room, server: ModelServer, behave: list[str], event: str, end: str, content: str
) -> None:
    server.behave = behave[:]
    with generating():
        name, data = ended(ask(analyst, "question"))
    assert (name, data["message"]["content"], data["message"]["metadata"]["finish_reason"]) == (event, content, end)
    assert (data.get("code", end), path_of(analyst)) == (end, ["question", content])
    assert ledger(analyst)[0].state == "settled"
    if behave[-1] in {"well", "length"}:
        assert spent(analyst) == (USAGE["total_tokens"], 0)
    else:
        assert spent(analyst)[0] > 0
    assert len(server.requests) == len(behave)


@pytest.mark.parametrize(("behave", "end"), [(["busy"] * 3, "model_busy"), (["silent"] * 3, "model_timeout")])
def test_a_server_that_never_answers_costs_nothing(
    analyst: Room, server: ModelServer, behave: list[str], end: str
) -> None:
    server.behave = behave[:]
    with generating():
        name, data = ended(ask(analyst, "question"))
    assert (name, data["code"], data["message"]) == ("message.failed", end, None)
    assert path_of(analyst) == ["question"]
    assert (ledger(analyst)[0].state, spent(analyst)) == ("released", (0, 0))


def test_tools_look_up_the_user_s_own_data_whatever_the_model_asks_for(analyst: Room, server: ModelServer) -> None:
    put_signals(analyst.account_db_key, "IBM", "3.3")
    server.behave = ["tool", "tool"]
    message = answered(analyst, "statistics, please")
    assert message["content"] == "".join(WORDS)
    assert message["metadata"]["grounded_on"] == ["statistics"]
    first, second = server.requests
    assert {tool["function"]["name"] for tool in first["tools"]} == {
        "alarms", "signals", "statistics", "portfolio", "regime"
    }  # fmt: skip
    assert orjson.loads(second["messages"][-1]["content"])["win_signals"] == 1
    assert spent(analyst) == (2 * USAGE["total_tokens"], 0)


def test_no_word_of_one_user_reaches_another_s_context(
    server: ModelServer, make_account: Callable[..., SignedUp]
) -> None:
    rooms = [analysts(make_account(shard=1).account_db_key) for _ in range(4)]
    with generating():
        for turn in range(2):
            for reply_id in [ask(room, f"MARKER-{room.account_db_key} turn {turn}") for room in rooms]:
                ended(reply_id)
    assert len(server.requests) == 8
    for request in server.requests:
        text = str(request)
        assert sum(f"MARKER-{room.account_db_key}" in text for room in rooms) == 1


def test_a_double_submission_costs_one_generation(
    analyst: Room, server: ModelServer, at_once: Callable[..., list[Any]]
) -> None:
    server.slowness = 0.05
    with generating():
        reply_ids = at_once(lambda _: ask(analyst, "once", client_message_id="same"), *range(5))
        ended(reply_ids[0])
        assert ask(analyst, "once", client_message_id="same") == reply_ids[0]
        ended(reply_ids[0])
    assert (len(set(reply_ids)), len(server.requests), len(ledger(analyst))) == (1, 1, 1)
    assert path_of(analyst) == ["once", "".join(WORDS)]


# Stop, again, go on ---------------------------------------------------------------------------------------------------
def test_stop_keeps_what_there_is(analyst: Room, server: ModelServer) -> None:
    server.slowness = 0.3
    with generating():
        reply_id = ask(analyst, "question")
        while len(events(reply_id)) < 3:
            threading.Event().wait(0.02)
        arguments: dict[str, Any] = {"account_db_key": analyst.account_db_key, "room_id": analyst.room_id}
        arguments |= {"reply_id": reply_id}
        assert replies.reply_stop(**arguments)
        name, data = ended(reply_id)
        assert not replies.reply_stop(**arguments)
    assert (name, data["message"]["metadata"]["finish_reason"]) == ("message.completed", "stopped")
    assert "".join(WORDS).startswith(data["message"]["content"])
    assert data["message"]["content"] != "".join(WORDS)


def test_another_answer_is_a_branch_of_its_own(analyst: Room, server: ModelServer) -> None:
    server.behave = ["well", "length"]
    first = UUID(answered(analyst, "question")["message_id"])
    arguments: dict[str, Any] = {
        "account_db_key": analyst.account_db_key,
        "room_id": analyst.room_id,
        "message_id": first,
    }
    with generating():
        second = replies.reply_again(**arguments, client_message_id="again")
        ended(second)
        assert replies.reply_again(**arguments, client_message_id="again") == second
    assert path_of(analyst) == ["question", "".join(WORDS)]
    rows = analyst.rows(message_type="AI")
    assert [(row.message_id, row.on_path) for row in rows] == [(first, False), (second, True)]
    assert rows[0].parent_message_id == rows[1].parent_message_id
    assert [turn["content"] for turn in server.requests[1]["messages"][1:]] == ["question"]
    go_back(analyst, first)
    assert analyst.rows(message_type="AI", on_path=True)[0].message_id == first


def test_a_killed_worker_s_words_are_kept_as_interrupted_and_can_be_continued(
    analyst: Room, server: ModelServer
) -> None:
    """What it leaves behind: the job in the pending list, two deltas, and a lease that has run out."""
    reply_id = ask(analyst, "question")
    begun = [(2, "The "), (3, "ans")]
    for number, text in begun:
        redis().xadd(
            keys.reply(reply_id), {"event": "message.delta", "data": orjson.dumps({"text": text})}, id=f"{number}-0"
        )
    with generating():
        name, data = ended(reply_id)
        assert (name, data["code"], data["message"]["content"]) == ("message.failed", "interrupted", "The ans")
        assert [number for number, _, _ in events(reply_id)] == [1, 2, 3, 4]
        arguments: dict[str, Any] = {"account_db_key": analyst.account_db_key, "room_id": analyst.room_id}
        continued = replies.reply_again(**arguments, message_id=reply_id, go_on=True)
        name, data = ended(continued)
    assert (name, data["message"]["content"]) == ("message.completed", "The ans" + "".join(WORDS))
    assert data["message"]["metadata"]["continues"] == str(reply_id)
    assert path_of(analyst) == ["question", "The ans" + "".join(WORDS)]
    assert [turn["role"] for turn in server.requests[0]["messages"]] == ["system", "user", "assistant", "user"]


def test_who_lost_the_lease_cannot_add_to_the_stream(room: Room) -> None:
    async def two_workers() -> None:
        client = sse.client()
        reply_id = new_public_id()
        first, second = (Events(client, reply_id, name, 1) for name in ("first", "second"))
        assert await first.hold()
        assert not await second.hold()
        await first.add("message.delta", {"text": "a"})
        await client.delete(keys.lease(reply_id))
        assert await second.hold()
        with pytest.raises(LeaseLost):
            await first.add("message.delta", {"text": "b"})
        assert len(await second.past()) == 1
        await client.aclose()

    with ThreadPoolExecutor() as pool:  # a thread has no running loop; after the browser's tests this one has
        pool.submit(asyncio.run, two_workers()).result()


def test_a_reply_that_was_asked_for_without_redis_comes_when_it_is_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_away():
        reply_id = ask(room, "my statistics")
    monkeypatch.setattr(recovery, "MISSING_AFTER", timedelta(microseconds=1))
    assert recovery.recover()["1"] == 1
    with generating():
        name, data = ended(reply_id)
    assert name == "message.completed"
    assert path_of(room) == ["my statistics", data["message"]["content"]]
    assert recovery.recover()["1"] == 0


def test_a_reply_that_fails_in_a_way_that_nobody_foresaw_ends_all_the_same(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(account_db_key: int, symbol: str | None) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(tools.TOOLS, "statistics", broken)
    with generating():
        name, data = ended(ask(room, "my statistics"))
        wait_until(lambda: redis().xlen(keys.GENERATE) == 0, 20)
    assert (name, data["code"], data["message"]) == ("message.failed", "generation_failed", None)
    assert (ledger(room)[0].state, spent(room)) == ("released", (0, 0))


def test_a_reply_in_a_room_that_was_deleted_meanwhile_ends_and_costs_nothing(room: Room) -> None:
    reply_id = ask(room, "my statistics")
    room_delete(account_db_key=room.account_db_key, room_id=room.room_id)
    with generating():
        name, data = ended(reply_id)
    assert (name, data["code"], data["message"]) == ("message.failed", "question_deleted", None)
    assert (ledger(room)[0].state, spent(room)) == ("released", (0, 0))


# Budget ---------------------------------------------------------------------------------------------------------------
def last_tokens() -> None:
    """The plan allows one more question like these, not two."""
    persona = personas.latest("guide")
    one = tokens.estimate(persona.system_prompt + "question 1") + tokens.OVERHEAD + persona.max_output_tokens
    Plan.objects.filter(payment_plan="FREE").update(chat_tokens_per_day=one + one // 2)


def both(room: Room, at_once: Callable[..., list[Any]]) -> list[Any]:
    return at_once(lambda number: ask(room, f"question {number}"), 1, 2)


def test_of_two_questions_at_the_last_tokens_one_is_accepted(room: Room, at_once: Callable[..., list[Any]]) -> None:
    seed_plans()
    last_tokens()
    outcomes = both(room, at_once)
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, UUID)] == [BudgetExhausted]
    assert len(ledger(room)) == 1
    with generating():
        ended(next(outcome for outcome in outcomes if isinstance(outcome, UUID)))
    assert spent(room)[1] == 0
    assert len(path_of(room)) == 2


def test_without_the_lock_on_the_day_both_are(room: Room, at_once: Callable[..., list[Any]]) -> None:
    """The row of the day is there already, and each reads it before the other has written."""
    seed_plans()
    last_tokens()
    now = datetime.now(UTC)
    day = {"date": local_date(room.account_db_key, now), "created_at": now, "updated_at": now}
    with on_shard(1):
        ChatStatistics.objects.create(account_db_key=room.account_db_key, **day)
    changes = [
        ("date = p_local_date\n       FOR UPDATE", "date = p_local_date"),
        ("INSERT INTO table_chat_statistics (account_db_key, date, created_at, updated_at)\n    VALUES", "-- VALUES"),
        ("    ON DUPLICATE KEY UPDATE updated_at = v_now;\n", ""),
        ("SELECT state INTO", "DO SLEEP(0.5);\n    SELECT state INTO"),
    ]
    with weakened("shard_1", "fp_chat_tokens_reserve", *changes):
        outcomes = both(room, at_once)
    assert [type(outcome) for outcome in outcomes] == [UUID, UUID]


def test_a_persona_of_the_past_still_answers_what_it_was_asked(room: Room) -> None:
    reply_id = ask(room, "my statistics")
    newer = ChatPersona.objects.get(ai_persona="guide", version=1)
    newer.pk, newer.version = None, 2
    newer.save(force_insert=True)
    personas.forget()
    with generating():
        _, first = ended(reply_id)
        _, second = ended(ask(room, "my statistics again"))
    versions = [data["message"]["metadata"]["persona_version"] for data in (first, second)]
    assert versions == [1, 2]
