from django.db import models

from shards.bases import ShardModel
from signals.models.market import symbol_field


class KalmanHistory(ShardModel):
    """`table_kalman_history`: every step of every filter, never changed.

    Account 0 is the platform itself, whose rows are written alike to every shard. A corrected bar takes a filter back
    to an earlier step; it goes on with new step numbers, so of two rows for one session the later step counts.
    """

    idx = models.BigAutoField(primary_key=True)
    ticker = symbol_field()
    account_db_key = models.PositiveBigIntegerField()
    timestamp = models.DateTimeField()  # of the observation; the platform's: the exchange's date, at midnight
    state_vector_x = models.JSONField()  # trend, momentum, volatility, macro_signal, tech_signal
    covariance_matrix_p = models.JSONField()  # 5 x 5
    step_count = models.PositiveIntegerField()
    trading_signal = models.CharField(max_length=20, db_collation="utf8mb4_bin")  # Long, Short, Neutral
    market_data = models.JSONField()  # what was observed, and the step that this one follows
    performance_metrics = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_kalman_history"
        verbose_name = "Kalman step"
        constraints = [
            models.UniqueConstraint(fields=["ticker", "account_db_key", "step_count"], name="uq_kalman_step"),
            models.CheckConstraint(
                name="ck_kalman_signal", condition=models.Q(trading_signal__in=["Long", "Short", "Neutral"])
            ),
        ]
        indexes = [
            models.Index(fields=["ticker", "account_db_key", "timestamp", "step_count"], name="ix_kalman_time"),
        ]

    def __str__(self) -> str:
        return f"{self.ticker} step {self.step_count}"
