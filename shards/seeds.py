"""Shards that the environment names, and the schedule of the jobs."""

from django.conf import settings
from django.db import connections

from config.celery import SCHEDULE
from config.databases import shard_id_of
from shards import directory
from shards.models import Retention, ShardConfig
from shards.retention import PERIODS
from shards.seeding import seeds


@seeds("shards")
def seed_shards() -> None:
    """A row for each SHARD_<n>_DATABASE_URL; a row that exists is the operators' and stays as it is."""
    for alias in settings.ENVIRONMENT_ALIASES:
        shard_id = shard_id_of(alias)
        if shard_id is not None:
            at = connections.settings[alias]
            ShardConfig.objects.get_or_create(
                shard_id=shard_id,
                defaults={
                    "shard_name": f"finance_shard_{shard_id}",
                    "host": at["HOST"],
                    "port": at["PORT"],
                    "database_name": at["NAME"],
                },
            )
    directory.refresh()


@seeds("retention periods")
def seed_retention() -> None:
    """A row for each table whose rows are kept for a time; what operators changed stays."""
    for table, period in PERIODS.items():
        Retention.objects.get_or_create(pk=table, defaults={"keep_days": period.days})


@seeds("job schedules")
def seed_schedules() -> None:
    """A periodic task for each line of config.celery.SCHEDULE; what operators changed stays."""
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    units = ((86400, IntervalSchedule.DAYS), (3600, IntervalSchedule.HOURS), (60, IntervalSchedule.MINUTES))
    for job in SCHEDULE:
        whole = (unit for unit in units if job.seconds % unit[0] == 0)
        length, unit = next(whole, (1, IntervalSchedule.SECONDS))
        every, _ = IntervalSchedule.objects.get_or_create(every=job.seconds // length, period=unit)
        PeriodicTask.objects.get_or_create(
            name=job.task,
            defaults={
                "task": job.task,
                "interval": every,
                "description": job.what,
                "expire_seconds": max(job.seconds, 5),  # ticks that nobody took do not pile up
            },
        )
