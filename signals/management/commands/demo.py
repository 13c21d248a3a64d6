from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from config.env import APP_ENV, env
from signals import demo


class Command(BaseCommand):
    help = "Fill the platform with demo users, alarms and judged signals; run again, it only prints the logins."

    def handle(self, *args: Any, **options: Any) -> None:
        if APP_ENV == "production":
            raise CommandError("the demo is for development: APP_ENV is production")
        console = Console()
        if not demo.exists():
            with console.status("making the demo") as status:
                for step in demo.make():
                    status.update(f"demo: {step}")
                    console.print(f"demo: {step}")
        site = f"http://127.0.0.1:{env.int('PORT', default=8000)}"
        console.print(f"\n  Admin     {site}/admin/      {demo.OPERATOR.account_id} / {demo.OPERATOR.password}")
        console.print(f"  API docs  {site}/api/docs/   {demo.USER.account_id} / {demo.USER.password}")
        console.print(f"  Health    {site}/readyz\n")
