from django.db import models

from shards.bases import ShardModel


class SignalFanout(ShardModel):
    """`table_signal_fanout`: how far this shard has come with the market's signals; one row.

    Signals up to `signal_seq` are done. Those up to `upto_seq` are being fanned out together, and are done for
    accounts up to `account_db_key`. Locked by whoever works on the next batch.
    """

    name = models.CharField(max_length=20, primary_key=True, db_collation="utf8mb4_bin")
    signal_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    upto_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    account_db_key = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "table_signal_fanout"
