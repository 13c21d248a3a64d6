-- How far the consumers of this database's events are behind, domain by domain.
-- Result: consumer, domain, partitions (that are behind), events (published or not, that it has yet to handle),
-- partitions_waiting (for another try), partitions_blocked (by a parked event).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_consumer_lag()
SQL SECURITY INVOKER
BEGIN
    SELECT c.consumer, c.domain,
           CAST(SUM(s.next_sequence - 1 > c.sequence_no) AS UNSIGNED) AS partitions,
           CAST(SUM(s.next_sequence - 1 - c.sequence_no) AS UNSIGNED) AS events,
           CAST(SUM(c.next_attempt_at IS NOT NULL) AS UNSIGNED) AS partitions_waiting,
           CAST(SUM(c.blocked_by IS NOT NULL) AS UNSIGNED) AS partitions_blocked
      FROM outbox_consumers c
      JOIN outbox_sequences s ON s.domain = c.domain AND s.partition_key = c.partition_key
     GROUP BY c.consumer, c.domain
     ORDER BY c.consumer, c.domain;
END;
