import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shards.exceptions import ShardUnavailable
from shards.outbox import procedures
from shards.outbox.models import OutboxConsumer, OutboxEvent, OutboxParked, OutboxPartition, UniversalOutbox
from shards.outbox.replay import Choice, Kind, chosen, paced, replay, skip
from shards.scope import on_alias
from shards.walk import databases

HELP = """\
What is in the outbox of every database, and second chances for events that failed.

  manage.py outbox list                                         depth, age and failures by database and domain
  manage.py outbox show 01931e5c-8f4e-7bb3-a1d0-6c8a2b1f9d11     all that is known of one event

A replay says what it would do; with --yes it does it, head-first, at most --rate events a second:

  manage.py outbox replay dead                                  every dead letter
  manage.py outbox replay dead --database shard_1 --domain account --partition 1000 --yes
  manage.py outbox replay parked --consumer notifications --type signal.detected --since 2h --yes --rate 50
  manage.py outbox replay published --since 2026-11-25T08:00:00 --until 2026-11-25T09:00:00 --yes

An event that cannot be helped is skipped: its partition goes on, the event is kept and may be replayed later.

  manage.py outbox skip dead --event 01931e5c-8f4e-7bb3-a1d0-6c8a2b1f9d11 --yes
"""
SHOWN = 20  # events of one database that a dry run lists
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FIGURES = {
    "waiting": "waiting",
    "oldest_seconds": "oldest (s)",
    "attempts": "attempts",
    "partitions_blocked": "blocked",
    "dead_letters": "dead",
    "events_parked": "parked",
    "consumers_waiting": "retrying",
}


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|replay|skip")
        actions.add_parser("list", help="depth, age and failures by database and domain")
        actions.add_parser("show", help="all that is known of one event").add_argument("event_id", type=UUID)
        for action, what in (("replay", "try events again"), ("skip", "go on without events that block")):
            kinds = [Kind.DEAD, Kind.PARKED, *([Kind.PUBLISHED] if action == "replay" else [])]
            _add_choice(actions.add_parser(action, help=what), kinds)

    def handle(self, *, action: str, **options: Any) -> None:
        width = None if sys.stdout.isatty() else 120
        self.console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]  # writes like a file
        match action:
            case "list":
                self._list()
            case "show":
                self._show(options["event_id"])
            case _:
                self._act(action, options)

    def _list(self) -> None:
        table = Table("database", "domain", *FIGURES.values())
        for alias in databases():
            for cells in _figures(alias):
                table.add_row(alias, *cells)
        self.console.print(table)

    def _show(self, event_id: UUID) -> None:
        found = False
        for alias in databases():
            with on_alias(alias):
                for title, row in _places(event_id):
                    found = True
                    table = Table("column", "value", title=f"{alias}: {title}", title_justify="left")
                    for field in row._meta.concrete_fields:
                        table.add_row(field.name, str(getattr(row, field.attname)))
                    self.console.print(table)
        if not found:
            raise CommandError(f"{event_id}: no database knows this event")

    def _act(self, action: str, options: dict[str, Any]) -> None:
        choice = Choice(
            Kind(options["kind"]),
            tuple(options["event"]),
            options["domain"],
            options["partition"],
            options["type"],
            options["consumer"],
            options["since"],
            options["until"],
        )
        if choice.kind is Kind.PUBLISHED and not (choice.event_ids or choice.partition_key or choice.since):
            raise CommandError("published events are many: say --event, --partition or --since")
        unknown = set(options["database"]) - set(databases())
        if unknown:
            raise CommandError(f"--database {', '.join(sorted(unknown))}: there are {', '.join(databases())}")
        total = sum(self._plan(alias, choice) for alias in options["database"] or databases())
        if not options["yes"]:
            self.console.print(f"{total} to {action}. Nothing was done: add --yes to do it.")
            return
        with Progress(console=self.console) as progress:
            task = progress.add_task(action, total=total)
            done = 0
            for alias in options["database"] or databases():
                with on_alias(alias):
                    for row in paced(chosen(choice).iterator(chunk_size=500), options["rate"]):
                        done += (replay if action == "replay" else skip)(choice.kind, row)
                        progress.advance(task)
        self.console.print(f"{done} of {total}: done.")

    def _plan(self, alias: str, choice: Choice) -> int:
        with on_alias(alias):
            rows = chosen(choice)
            count = rows.count()
            columns = ("partition", "number", "event", "type", "error")
            table = Table(*columns, title=f"{alias}: {count}", title_justify="left")
            for row in rows[:SHOWN]:
                error = getattr(row, "error_message", "") or getattr(row, "reason", "")
                table.add_row(
                    f"{row.domain}/{row.partition_key}", str(row.sequence_no), str(row.event_id), row.event_type, error
                )
        if count:
            self.console.print(table)
        if count > SHOWN:
            self.console.print(f"... and {count - SHOWN} more")
        return count


def _add_choice(parser: Any, kinds: list[Kind]) -> None:
    parser.add_argument("kind", choices=[str(kind) for kind in kinds])
    parser.add_argument("--database", action="append", default=[], help="default, shard_1, ...; all by default")
    parser.add_argument("--event", action="append", type=UUID, default=[], help="event id; may be repeated")
    parser.add_argument("--domain", default="")
    parser.add_argument("--partition", default="", help="partition key")
    parser.add_argument("--type", default="", help="event type")
    parser.add_argument("--consumer", default="", help="of parked events")
    parser.add_argument("--since", type=_time, help="2026-11-25T08:00:00 (UTC), or how long ago: 90s, 15m, 2h, 1d")
    parser.add_argument("--until", type=_time)
    parser.add_argument("--rate", type=float, default=100.0, help="events a second at most (100); 0 sets no limit")
    parser.add_argument("--yes", action="store_true", help="do it, after saying what")


def _time(text: str) -> datetime:
    number, unit = text[:-1], UNITS.get(text[-1:])
    if unit and number.isdecimal():
        return datetime.now(UTC) - timedelta(**{unit: int(number)})
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is neither a time like 2026-11-25T08:00:00 nor an age like 2h") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _figures(alias: str) -> list[list[str]]:
    try:
        with on_alias(alias):
            rows = procedures.outbox_figures()
            return [[row.domain, *(f"{getattr(row, name):,.0f}" for name in FIGURES)] for row in rows]
    except ShardUnavailable:
        return [["cannot be reached", *[""] * len(FIGURES)]]


def _places(event_id: UUID) -> Iterator[tuple[str, Any]]:
    """Where the event stands on the database of this work, its partition, and how far consumers have come there."""
    event: Any = None
    for title, model in (("waiting", UniversalOutbox), ("published", OutboxEvent), ("parked", OutboxParked)):
        for row in model.objects.filter(event_id=event_id):
            event = row
            yield title, row
    if event is not None:
        there = {"domain": event.domain, "partition_key": event.partition_key}
        for partition in OutboxPartition.objects.filter(**there):
            yield "its partition", partition
        for consumer in OutboxConsumer.objects.filter(**there).order_by("consumer"):
            yield f"consumer {consumer.consumer}", consumer
