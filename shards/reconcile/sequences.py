"""The outbox' counters beside what was numbered: a counter that is behind gives numbers twice, which consumers drop."""

from collections.abc import Iterator
from functools import partial

from django.db import connections, transaction

from shards.models import OutboxSequence
from shards.reconcile import Finding, finds

BEHIND = """\
SELECT known.domain, known.partition_key, COALESCE(s.next_sequence, 1), MAX(known.sequence_no) + 1
  FROM (
        SELECT domain, partition_key, MAX(sequence_no) AS sequence_no
          FROM universal_outbox GROUP BY domain, partition_key
         UNION ALL
        SELECT domain, partition_key, MAX(sequence_no) FROM outbox_events GROUP BY domain, partition_key
         UNION ALL
        SELECT domain, partition_key, MAX(sequence_no) FROM outbox_parked GROUP BY domain, partition_key
         UNION ALL
        SELECT domain, partition_key, MAX(GREATEST(sequence_no, seen_no))
          FROM outbox_consumers GROUP BY domain, partition_key
       ) AS known
  LEFT JOIN outbox_sequences s ON s.domain = known.domain AND s.partition_key = known.partition_key
 GROUP BY known.domain, known.partition_key, s.next_sequence
HAVING COALESCE(s.next_sequence, 1) <= MAX(known.sequence_no)
 ORDER BY known.domain, known.partition_key
"""


@finds("sequences")
def find(alias: str) -> Iterator[Finding]:
    with connections[alias].cursor() as cursor:
        cursor.execute(BEHIND)
        behind = cursor.fetchall()
    for domain, partition_key, following, should_be in behind:
        what = f"{domain}/{partition_key} would give {following} next, but has given all below {should_be}"
        yield Finding(alias, "sequences", what, partial(_raise, alias, domain, partition_key, int(should_be)))


def _raise(alias: str, domain: str, partition_key: str, next_sequence: int) -> None:
    """Never lower: whoever publishes holds the row until the commit."""
    with transaction.atomic(using=alias):
        counters = OutboxSequence.objects.using(alias)
        counters.get_or_create(domain=domain, partition_key=partition_key)
        counters.filter(domain=domain, partition_key=partition_key, next_sequence__lt=next_sequence).update(
            next_sequence=next_sequence
        )
