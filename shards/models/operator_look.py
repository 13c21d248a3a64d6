from django.db import models

from shards.bases import GlobalModel


class OperatorLook(GlobalModel):
    """When an operator looked at the start page: it tells what has happened since the visit before this one."""

    account_db_key = models.PositiveBigIntegerField(primary_key=True)
    since = models.DateTimeField()  # the end of the visit before this one
    looked_at = models.DateTimeField()

    class Meta:
        db_table = "table_operator_looks"
        constraints = [
            models.CheckConstraint(name="ck_operator_look", condition=models.Q(looked_at__gte=models.F("since")))
        ]

    def __str__(self) -> str:
        return str(self.account_db_key)
