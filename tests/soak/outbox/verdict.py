"""From the consumers' side: what arrived, against what each writer wrote down before it could die."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from tests.soak.outbox.plan import LOSES, Plan, is_far

Query = Callable[..., list[tuple[Any, ...]]]
SHARDS = (1, 2)


@dataclass
class Report:
    plan: Plan
    faults: Counter[str]
    counts: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.complaints

    @property
    def text(self) -> str:
        faults = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        counts = ", ".join(f"{what} {count:,}" for what, count in self.counts.items())
        return "\n".join(
            [f"seed {self.plan.seed}", f"faults {self.faults.total()}: {faults}", f"counts: {counts}",
             *(self.complaints[:20] or ["nothing lost, nothing twice, nothing out of order"])]
        )  # fmt: skip


@dataclass
class Written:
    """One writer's units, by what it knew of their end."""

    shard_of: dict[str, int] = field(default_factory=dict)
    events: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    outcome: dict[str, str] = field(default_factory=dict)

    def of(self, outcome: str) -> Iterator[str]:
        return (unit for unit in self.events if self.outcome.get(unit, "unknown") == outcome)


def judge(plan: Plan, faults: Counter[str], home: Path, query: Query, entries: dict[str, list[bytes]]) -> Report:
    """`query(database, sql)` reads the run's databases; `entries` are the streams' events at the end."""
    report = Report(plan, faults)
    written = _written(home)
    effects = {shard: _effects(query, f"shard_{shard}") for shard in SHARDS}
    units = {
        shard: {unit.hex() for (unit,) in query(f"shard_{shard}", "SELECT unit FROM soak_units")} for shard in SHARDS
    }
    _order(report, effects)
    _all_or_nothing(report, written, effects, units)
    _once(report, effects, query)
    for shard in SHARDS:
        for what in ("universal_outbox", "outbox_parked"):
            ((left,),) = query(f"shard_{shard}", f"SELECT COUNT(*) FROM {what}")  # noqa: S608
            if left:
                report.complaints.append(f"shard {shard}: {left} rows are left in {what}")
    if not LOSES & faults.keys():
        _streams(report, effects, entries)
    stale = [line for path in home.glob("relay-*.jsonl") for line in _lines(path)]
    report.complaints += [f"a stale lease was believed: {line}" for line in stale]
    return report


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return (orjson.loads(line) for line in path.read_bytes().splitlines() if line.endswith(b"}"))


def _written(home: Path) -> Written:
    written = Written()
    for path in home.glob("writer-*.jsonl"):
        for line in _lines(path):
            if "outcome" in line:
                written.outcome[line["unit"]] = line["outcome"]
            else:  # a repeated unit is written down again, with its new numbers
                written.shard_of[line["unit"]] = line["shard"]
                written.events[line["unit"]] = [tuple(event) for event in line["events"]]
    return written


def _units(query: Query, database: str) -> set[str]:
    return {unit.hex() for (unit,) in query(database, "SELECT unit FROM soak_units")}


def _effects(query: Query, database: str) -> list[tuple[str, int, str]]:
    """In the order in which they happened."""
    rows = query(database, "SELECT partition_key, sequence_no, event_id FROM soak_effects ORDER BY effect_no")
    return [(key, number, event_id.hex()) for key, number, event_id in rows]


def _order(report: Report, effects: dict[int, list[tuple[str, int, str]]]) -> None:
    """Within each partition 1, 2, 3, ..."""
    for shard, rows in effects.items():
        by_key: dict[str, list[int]] = defaultdict(list)
        for key, number, _ in rows:
            by_key[key].append(number)
        for key, numbers in by_key.items():
            wrong = next((at for at, number in enumerate(numbers) if number != at + 1), None)
            if wrong is not None:
                around = numbers[max(0, wrong - 2) : wrong + 3]
                report.complaints.append(f"shard {shard} {key}: not in order at {wrong + 1}: {around}")


def _all_or_nothing(
    report: Report, written: Written, effects: dict[int, list[tuple[str, int, str]]], units: dict[int, set[str]]
) -> None:
    arrived = {shard: set(rows) for shard, rows in effects.items()}
    told: set[str] = set()
    counts: Counter[str] = Counter()
    for outcome in ("committed", "rolled back", "unknown"):
        for unit in written.of(outcome):
            shard, events = written.shard_of[unit], written.events[unit]
            is_there = unit in units[shard]
            should = {"committed": True, "rolled back": False, "unknown": is_there}[outcome]
            came = [event in arrived[shard] for event in events]
            if is_there != should or came != [should] * len(events):
                report.complaints.append(f"{outcome} unit {unit}: row {is_there}, events {came}")
            counts[f"units {outcome}"] += 1
            counts[f"events {outcome}"] += len(events)
            told |= {event_id for _, _, event_id in events} if should else set()
    for rows in effects.values():
        strangers = sum(event_id not in told for _, _, event_id in rows)
        if strangers:
            report.complaints.append(f"{strangers} events arrived that nobody committed")
    report.counts = {**counts, "events handled": sum(map(len, effects.values()))}


def _once(report: Report, effects: dict[int, list[tuple[str, int, str]]], query: Query) -> None:
    near = Counter(event_id for rows in effects.values() for _, _, event_id in rows)
    far = Counter(event_id for _, _, event_id in _effects(query, "global"))
    expected = {event_id for event_id in near if is_far(UUID(event_id))}
    twice = [event_id for events in (near, far) for event_id, count in events.items() if count > 1]
    if twice:
        report.complaints.append(f"{len(twice)} effects happened more than once")
    if far.keys() != expected:
        report.complaints.append(f"{len(far.keys() ^ expected)} effects on the other server are missing or too many")


def _streams(report: Report, effects: dict[int, list[tuple[str, int, str]]], entries: dict[str, list[bytes]]) -> None:
    """What somebody without a log sees, when Redis lost nothing: every event, and in order when each first appears."""
    for shard, rows in effects.items():
        first: dict[str, list[int]] = defaultdict(list)
        for stream, events in entries.items():
            if stream.startswith(f"outbox:shard_{shard}:"):
                for event in map(orjson.loads, events):
                    if event["sequence_no"] not in first[event["partition_key"]]:
                        first[event["partition_key"]].append(event["sequence_no"])
        last = Counter(
            {key: max(number for name, number, _ in rows if name == key) for key in {key for key, _, _ in rows}}
        )
        for key, highest in last.items():
            if first[key] != list(range(1, highest + 1)):
                report.complaints.append(f"shard {shard} {key}: the stream brought {first[key][:8]}... of 1..{highest}")
