import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.env import APP_ENV, env
from signals import replay

SITE_WAIT = 60.0


class Command(BaseCommand):
    help = (
        "Feed the sample market one session at a time, from where the last replay ended: two a second for two "
        "minutes, then one every five seconds. Examples: manage.py replay; manage.py replay --restart; "
        "manage.py replay --sessions 20 --every 0"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="first delete what the earlier replay made")
        parser.add_argument("--sessions", type=int, help="feed only so many sessions")
        parser.add_argument("--every", type=float, help="seconds between sessions, instead of the demo's pace")

    def handle(self, *args: Any, **options: Any) -> None:
        if APP_ENV == "production":
            raise CommandError("a replay is for development: APP_ENV is production")
        if options["restart"]:
            replay.rewind()
        sessions = replay.waiting()[: options["sessions"]]
        if options["every"] is None:
            _wait_for_site()
        self.stdout.write(f"replay: {len(sessions)} sessions of the sample market to come")
        every = options["every"]
        fed = replay.feed_sessions(sessions, None if every is None else lambda elapsed: every)
        for number, session in enumerate(fed, 1):
            if number % 20 == 0:
                self.stdout.write(f"replay: {session} ({number} of {len(sessions)})")
        self.stdout.write("replay: the market has caught up; start it again with: manage.py replay --restart")


def _wait_for_site() -> None:
    """The replay begins when somebody can look at it; asked without nginx, which would log each refusal."""
    url = f"http://127.0.0.1:{env.int('WSGI_PORT', default=8000)}/healthz"
    deadline = time.monotonic() + SITE_WAIT
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=1).close()  # our own address
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
