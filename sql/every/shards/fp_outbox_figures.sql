-- How the outbox of this database fares, domain by domain.
-- Result: domain, waiting, oldest_seconds (of what waits), attempts (most claims of a partition since its last success),
-- partitions_blocked, dead_letters, events_parked, consumers_waiting (partitions in which a consumer waits to try again).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_figures()
SQL SECURITY INVOKER
BEGIN
    SELECT d.domain,
           CAST(SUM(d.waiting) AS UNSIGNED) AS waiting,
           CAST(MAX(d.oldest_seconds) AS DOUBLE) AS oldest_seconds,
           CAST(MAX(d.attempts) AS UNSIGNED) AS attempts,
           CAST(SUM(d.partitions_blocked) AS UNSIGNED) AS partitions_blocked,
           CAST(SUM(d.dead_letters) AS UNSIGNED) AS dead_letters,
           CAST(SUM(d.events_parked) AS UNSIGNED) AS events_parked,
           CAST(SUM(d.consumers_waiting) AS UNSIGNED) AS consumers_waiting
      FROM (
            SELECT domain, SUM(status <> 'dead_letter') AS waiting,
                   COALESCE(
                       TIMESTAMPDIFF(
                           MICROSECOND, MIN(IF(status <> 'dead_letter', created_at, NULL)), UTC_TIMESTAMP(6)
                       ), 0
                   ) / 1000000 AS oldest_seconds,
                   0 AS attempts, 0 AS partitions_blocked, SUM(status = 'dead_letter') AS dead_letters,
                   0 AS events_parked, 0 AS consumers_waiting
              FROM universal_outbox
             GROUP BY domain
             UNION ALL
            SELECT p.domain, 0, 0, MAX(p.attempts), SUM(p.blocked_by IS NOT NULL), 0, 0, 0
              FROM (SELECT DISTINCT domain, partition_key FROM universal_outbox) AS w
              JOIN outbox_partitions p ON p.domain = w.domain AND p.partition_key = w.partition_key
             GROUP BY p.domain
             UNION ALL
            SELECT domain, 0, 0, 0, 0, 0, COUNT(*), 0 FROM outbox_parked GROUP BY domain
             UNION ALL
            SELECT domain, 0, 0, 0, 0, 0, 0, COUNT(*)
              FROM outbox_consumers
             WHERE next_attempt_at IS NOT NULL
             GROUP BY domain
           ) AS d
     GROUP BY d.domain
     ORDER BY d.domain;
END;
