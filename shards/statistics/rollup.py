"""What was gathered, kept on the global database; the sum over shards, and what differs when it is gathered anew."""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.utils.timezone import now

from config.databases import GLOBAL
from shards.models import ShardConfig, ShardFigures
from shards.reconcile import counts
from shards.statistics.gathering import DEADLINE_SECONDS, Answer, gather
from shards.transactions import in_global_transaction

log = structlog.get_logger(__name__)


class RollUp(NamedTuple):
    """`figures` are sums of what is known; they are whole only where `missing` is empty."""

    figures: dict[str, int]
    shards: dict[int, dict[str, int]]
    gathered_at: dict[int, datetime | None]  # None: never
    missing: dict[int, str]  # shard -> since when and why


def refresh(deadline_seconds: float = DEADLINE_SECONDS) -> dict[str, Any]:
    """The job. Returns for people: shard -> "gathered", or why it is missing."""
    answers = gather(deadline_seconds)
    _keep(answers)
    if wrong := [finding.what for finding in counts.find(GLOBAL)]:
        log.error("shard_stats_wrong", found=wrong)
        counts.recount()
    told = {str(shard_id): said if isinstance(said, str) else "gathered" for shard_id, said in answers.items()}
    return told | ({"user_counts": wrong} if wrong else {})


@in_global_transaction
def _keep(answers: dict[int, Answer]) -> None:
    known = set(ShardConfig.objects.values_list("pk", flat=True))
    for shard_id, said in answers.items():
        if shard_id not in known:
            continue
        if isinstance(said, str):
            row, _ = ShardFigures.objects.select_for_update().get_or_create(
                pk=shard_id, defaults={"figures": {}, "missing_since": now()}
            )
            row.missing_since, row.reason = row.missing_since or now(), said[:500]
            row.save()
        else:
            ShardFigures.objects.update_or_create(
                pk=shard_id, defaults={"figures": said, "gathered_at": now(), "missing_since": None, "reason": ""}
            )


def roll_up() -> RollUp:
    """From what is kept. A shard without a row has never been asked: it is missing, too."""
    rows = {row.shard_id: row for row in ShardFigures.objects.order_by("pk")}
    shard_ids = sorted(ShardConfig.objects.values_list("pk", flat=True))
    total: Counter[str] = Counter()
    for row in rows.values():
        total.update(row.figures)
    missing = {shard_id: "never gathered" for shard_id in shard_ids if shard_id not in rows}
    for shard_id, row in rows.items():
        if row.missing_since is not None:
            missing[shard_id] = f"since {row.missing_since:%Y-%m-%d %H:%M:%S} UTC: {row.reason}"
    return RollUp(
        figures=dict(total),
        shards={shard_id: row.figures for shard_id, row in rows.items()},
        gathered_at={shard_id: row.gathered_at for shard_id, row in rows.items()},
        missing=dict(sorted(missing.items())),
    )


def differences(deadline_seconds: float = DEADLINE_SECONDS) -> dict[int, dict[str, tuple[int | None, int]] | str]:
    """Gathers anew and keeps nothing: shard -> figure -> what is kept, and what is; or why it could not be compared."""
    kept = {row.shard_id: row.figures for row in ShardFigures.objects.all()}
    found: dict[int, dict[str, tuple[int | None, int]] | str] = {}
    for shard_id, said in gather(deadline_seconds).items():
        if isinstance(said, str):
            found[shard_id] = said
        elif different := {
            name: (kept.get(shard_id, {}).get(name), value)
            for name, value in said.items()
            if kept.get(shard_id, {}).get(name) != value
        }:
            found[shard_id] = different
    return found
