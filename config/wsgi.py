"""The API and the admin under a WSGI server; its threads keep their database connections."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_PROGRAM", "web")

from django.core.wsgi import get_wsgi_application  # the environment comes first

application = get_wsgi_application()
