"""The operators' console: what is about shards, and what the other apps' admin classes are built of."""

from django.contrib import admin
from django.contrib.auth.models import Group

from shards.admin import error_log, jobs, outbox, overview, residence, retention, saga, schedules, shard_config

__all__ = ["error_log", "jobs", "outbox", "overview", "residence", "retention", "saga", "schedules", "shard_config"]

admin.site.index_template = "shards/admin/overview.html"
admin.site.unregister(Group)  # an account's level says what it may do (Account.has_perm)
