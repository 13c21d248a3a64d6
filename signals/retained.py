"""The tables of signals and how long their rows stay."""

from shards.retention import stays

stays(
    "the market's history, which judgements are made from",
    "table_market_symbols", "table_market_bars", "table_market_bar_revisions", "table_market_splits",
    "table_market_signals", "table_signal_scans", "table_market_gaps",
)  # fmt: skip
stays("one row a feed, lane or work", "table_market_progress", "table_market_feeds", "table_signal_fanout")
stays("the user's own; goes with the account", "table_signal_alarms", "table_signal_history", "table_signal_revisions")
stays("one row a step of a filter; each says which it follows", "table_kalman_history")
