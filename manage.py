#!/usr/bin/env python
"""Django's command line for this project: `python manage.py help` lists what there is."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # With a worker's limits on connections, and its rights.
    works_for_ever = sys.argv[1:2] in (["relay"], ["consume"], ["drive"], ["chat_worker"])
    os.environ.setdefault("DATABASE_PROGRAM", "worker" if works_for_ever else "command")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
