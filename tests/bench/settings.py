"""The platform's settings, and what the baselines need beside them."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as PLATFORM

INSTALLED_APPS = [*PLATFORM, "jaiminho"]
JAIMINHO_CONFIG = {"PUBLISH_STRATEGY": "keep-order", "DEFAULT_CAPTURE_EXCEPTION": None}
