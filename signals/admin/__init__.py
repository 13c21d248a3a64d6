"""Alarms, what they found, and the market; the imports register the pages."""

from signals import news  # noqa: F401  # tells the start page
from signals.admin import alarms, charts, market  # noqa: F401
