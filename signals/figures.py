"""What signals tells of a shard."""

from shards.statistics import counts

counts(alarms="COUNT(*)", alarms_switched_on="SUM(is_active)")("table_signal_alarms WHERE is_deleted = FALSE")
counts(signals="COUNT(*)", signals_judged="COUNT(evaluated_at)", signals_won="SUM(is_win)")(
    "table_signal_history WHERE withdrawn_at IS NULL"
)
