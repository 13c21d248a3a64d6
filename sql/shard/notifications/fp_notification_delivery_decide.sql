-- Writes down how notifications go out: their deliveries, which of them go out together, and each decision. Repeating it
-- changes nothing.
-- Parameters: p_ids is a JSON array of the notifications' idx; p_deliveries is one of {delivery_id, notification_id, parent_id
-- (32 hex digits each; parent_id may be null), account_db_key, type_id, channel, title, message, priority,
-- next_attempt_at, expires_at}; p_grown is one of {delivery_id, more, expires_at}: what deliveries tell of besides, and the
-- latest of their expiries, so that a late one is not lost with an early one; p_traces is
-- fp_notification_trace_insert's.
-- Result: decided, how many of the notifications were not decided before; when it is 0 nothing was written.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_decide(
    IN p_ids JSON,
    IN p_deliveries JSON,
    IN p_grown JSON,
    IN p_traces JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_undecided, v_asked INT UNSIGNED;

    SELECT COUNT(*), COALESCE(SUM(n.is_decided = FALSE), 0) INTO v_asked, v_undecided
      FROM (
            SELECT DISTINCT idx FROM JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS j ORDER BY idx
           ) AS i
      STRAIGHT_JOIN table_inapp_notifications n ON n.idx = i.idx
       FOR UPDATE;

    IF v_undecided = v_asked THEN
        UPDATE table_inapp_notifications n
          JOIN JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx
           SET n.is_decided = TRUE;

        INSERT INTO table_notification_deliveries (
            delivery_id, account_db_key, notification_id, type_id, channel, title, message, priority, state, parent_id,
            next_attempt_at, expires_at, created_at
        )
        SELECT UNHEX(d.delivery_id), d.account_db_key, UNHEX(d.notification_id), d.type_id, d.channel, d.title,
               d.message, d.priority, IF(d.parent_id IS NULL, 'pending', 'coalesced'), UNHEX(d.parent_id),
               d.next_attempt_at, d.expires_at, v_now
          FROM JSON_TABLE(p_deliveries, '$[*]' COLUMNS (
                   delivery_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.delivery_id',
                   notification_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.notification_id',
                   parent_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.parent_id',
                   account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
                   type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.type_id',
                   channel VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.channel',
                   title VARCHAR(255) PATH '$.title',
                   message TEXT PATH '$.message',
                   priority SMALLINT UNSIGNED PATH '$.priority',
                   next_attempt_at DATETIME(6) PATH '$.next_attempt_at',
                   expires_at DATETIME(6) PATH '$.expires_at'
               )) AS d;

        UPDATE table_notification_deliveries d
          JOIN JSON_TABLE(p_grown, '$[*]' COLUMNS (
                   delivery_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.delivery_id',
                   more INT UNSIGNED PATH '$.more',
                   expires_at DATETIME(6) PATH '$.expires_at'
               )) AS g ON d.delivery_id = UNHEX(g.delivery_id)
           SET d.coalesced_count = d.coalesced_count + g.more,
               d.expires_at = GREATEST(d.expires_at, g.expires_at);

        CALL fp_notification_trace_insert(p_traces);
    END IF;

    SELECT IF(v_undecided = v_asked, v_undecided, 0) AS decided;
END;
