from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.env import APP_ENV, env
from signals import demo


class Command(BaseCommand):
    help = "Fill the platform with demo users, alarms and judged signals; run again, it only prints the logins."

    def handle(self, *args: Any, **options: Any) -> None:
        if APP_ENV == "production":
            raise CommandError("the demo is for development: APP_ENV is production")
        if not demo.exists():
            for step in demo.make():
                self.stderr.write(f"demo: {step}")
        site = f"http://127.0.0.1:{env.int('PORT', default=8000)}"
        self.stdout.write(f"\n  Admin     {site}/admin/      {demo.OPERATOR.account_id} / {demo.OPERATOR.password}")
        self.stdout.write(f"  API docs  {site}/api/docs/   {demo.USER.account_id} / {demo.USER.password}")
        self.stdout.write(f"  Health    {site}/readyz\n")
