import getpass
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Column, Table

from config.refusals import Refusal
from shards.saga import definitions, services
from shards.saga.definitions import Place
from shards.saga.models import SagaInstance
from shards.saga.selectors import sagas, state_of, step_name, timeline, waits_for
from shards.saga.services import Operator
from shards.scope import on_alias
from shards.walk import databases

EXAMPLES = """\
examples:
  manage.py saga types                          what sagas there are, with the steps of each version
  manage.py saga list                           those that have not ended, on every database
  manage.py saga list --stuck                   those that need you
  manage.py saga list --database shard_1 --status compensated --limit 20
  manage.py saga show 0190a3b0-5d1e-7cc1-9d57-3b0f4ff2a111
  manage.py saga retry 0190a3b0-5d1e-7cc1-9d57-3b0f4ff2a111 --reason "the bank is back"
  manage.py saga skip  0190a3b0-5d1e-7cc1-9d57-3b0f4ff2a111 --reason "refunded by hand, ticket 81"
  manage.py saga abort 0190a3b0-5d1e-7cc1-9d57-3b0f4ff2a111 --reason "ordered by mistake"
"""
COLOURS = {"completed": "green", "stuck": "bold red", "failed": "red", "definition unknown": "bold red"}
OPERATIONS: dict[str, tuple[Callable[[UUID, Operator], Any], str]] = {
    "retry": (services.saga_retry, "try the current step now, and count its tries anew"),
    "skip": (services.saga_skip, "take the current step as done by hand, and go on"),
    "abort": (services.saga_abort, "undo what was done; past the pivot, or while it undoes: end it where it stands"),
}


class Command(BaseCommand):
    help = "Look at sagas, and help those that cannot go on by themselves."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, epilog=EXAMPLES, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="types|list|show|retry|skip|abort")
        verbs.add_parser("types", help="what sagas there are")
        listing = verbs.add_parser("list", help="the newest of each database")
        listing.add_argument("--status", default="", choices=SagaInstance.Status.values, help="else: all that are open")
        listing.add_argument("--type", default="", dest="saga_type")
        listing.add_argument("--stuck", action="store_true", help="only those that fail on and on")
        listing.add_argument("--limit", type=int, default=50, help="of each database (50)")
        one = [verbs.add_parser("show", help="its steps, and what operators did")]
        for verb, (_, what) in OPERATIONS.items():
            one.append(verbs.add_parser(verb, help=what))
            one[-1].add_argument("--reason", required=True, help="kept with the saga")
        for each in one:
            each.add_argument("saga_id", type=UUID)
        for each in [listing, *one]:
            each.add_argument("--database", choices=databases(), help="else: every one is asked")

    def handle(self, *, verb: str, database: str | None = None, **options: Any) -> None:
        console = Console(file=self.stdout, width=None if self.stdout.isatty() else 160)  # type: ignore[arg-type]  # it writes, which is all
        aliases = [database] if database else databases()
        if verb == "types":
            console.print(_types())
        elif verb == "list":
            filters = {name: options[name] for name in ("status", "saga_type", "limit")}
            console.print(_list(aliases, is_stuck=options["stuck"], **filters))
        elif verb == "show":
            _show(console, options["saga_id"], _home(options["saga_id"], aliases))
        else:
            self._operate(verb, options["saga_id"], options["reason"], aliases)

    def _operate(self, verb: str, saga_id: UUID, reason: str, aliases: list[str]) -> None:
        home = _home(saga_id, aliases)
        with on_alias(home):
            try:
                OPERATIONS[verb][0](saga_id, Operator(f"{getpass.getuser()} (command line)", reason))
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{verb}: {saga_id} on {home} is now {timeline(saga_id).saga.status}")


def _home(saga_id: UUID, aliases: list[str]) -> str:
    for alias in aliases:
        with on_alias(alias):
            if SagaInstance.objects.filter(pk=saga_id).exists():
                return alias
    raise CommandError(f"there is no saga {saga_id} on {', '.join(aliases)}")


def _types() -> Table:
    table = Table("Saga", "What it does", "Steps (| marks the pivot)")
    for name in definitions.known():
        saga_type, _, version = name.rpartition("/")
        defined = definitions.definition(saga_type, int(version))
        words = [f"{step.name}{'' if step.place is Place.HOME else '*'}" for step in defined.steps]
        words.insert(defined.pivot_number, "|")
        table.add_row(name, definitions.SAGA_TYPES.get(saga_type, ""), " ".join(words))
    table.caption = "* elsewhere: outside of the saga's transaction, or on another database"
    return table


def _list(aliases: list[str], **filters: Any) -> Table:
    table = Table(
        Column("Saga", no_wrap=True), "Type", "Database", "State", "Step", "Initiator", "Started", "Waits for", "Error"
    )
    for alias in aliases:
        with on_alias(alias):
            for saga in sagas(**filters):
                state = state_of(saga)
                table.add_row(
                    str(saga.saga_id),
                    f"{saga.saga_type}/{saga.definition_version}",
                    alias,
                    f"[{COLOURS.get(state, 'default')}]{state}",
                    step_name(saga),
                    saga.initiator_id,
                    f"{saga.created_at:%Y-%m-%d %H:%M:%S}",
                    waits_for(saga),
                    saga.error_message,
                )
    return table


def _show(console: Console, saga_id: UUID, home: str) -> None:
    with on_alias(home):
        saga, steps, operations = timeline(saga_id)
        console.print(f"{saga.saga_type}/{saga.definition_version} on {home}: {state_of(saga)}  {waits_for(saga)}")
    console.print(f"begun by {saga.initiator_id}, key {saga.idempotency_key}, {saga.created_at:%Y-%m-%d %H:%M:%S}")
    if saga.error_message:
        console.print(f"went back because of: {saga.error_message}")
    table = Table("", "Step", "State", "Where", "Tries", "Undo tries", "From", "To", "Input", "Output", "Error")
    for step in steps:
        table.add_row(
            str(step.step_number),
            step.step_name,
            step.status,
            step.target,
            str(step.tries),
            str(step.compensation_tries or ""),
            f"{step.started_at:%H:%M:%S.%f}" if step.started_at else "",
            f"{step.completed_at:%H:%M:%S.%f}" if step.completed_at else "",
            _json(step.request_data),
            _json(step.response_data),
            step.compensation_error or step.error_message,
        )
    console.print(table)
    for done in operations:
        what = f"{done.operation} at step {done.step_number}"
        console.print(f"{done.created_at:%Y-%m-%d %H:%M:%S} {what} by {done.operator}: {done.reason}")


def _json(value: Any) -> str:
    return "" if value is None else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
