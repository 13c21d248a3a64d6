-- Forgets one batch of sagas that ended long ago, oldest first, with their steps and operations, and one of inbox rows
-- that are so old that no command for them can come any more. A forgotten saga's idempotency key is free again.
-- Parameters: p_keep_seconds since a saga ended; p_keep_inbox_seconds since a step was handled here; p_limit rows of each.
-- Result: deleted, sagas and inbox rows together.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_cleanup(
    IN p_keep_seconds INT UNSIGNED,
    IN p_keep_inbox_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_upto DATETIME(6);
    DECLARE v_deleted INT UNSIGNED DEFAULT 0;

    SELECT MAX(d.completed_at) INTO v_upto
      FROM (
            SELECT completed_at
              FROM saga_instances
             WHERE completed_at < v_now - INTERVAL p_keep_seconds SECOND
             ORDER BY completed_at
             LIMIT p_limit
           ) AS d;

    IF v_upto IS NOT NULL THEN
        DELETE s
          FROM saga_instances i
          STRAIGHT_JOIN saga_steps s ON s.saga_id = i.saga_id
         WHERE i.completed_at <= v_upto;
        DELETE o
          FROM saga_instances i
          STRAIGHT_JOIN saga_operations o ON o.saga_id = i.saga_id
         WHERE i.completed_at <= v_upto;
        DELETE FROM saga_instances WHERE completed_at <= v_upto;
        SET v_deleted = ROW_COUNT();
    END IF;

    DELETE FROM saga_inbox
     WHERE handled_at < v_now - INTERVAL p_keep_inbox_seconds SECOND
     ORDER BY handled_at
     LIMIT p_limit;

    SELECT v_deleted + ROW_COUNT() AS deleted;
END;
