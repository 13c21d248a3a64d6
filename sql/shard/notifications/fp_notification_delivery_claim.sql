-- Takes deliveries whose time has come, under a lease: whoever dies with them is followed when it ends. Nobody waits for
-- what another sender holds.
-- Result: the deliveries' columns as they are now, was_open (a try before this one began and its end is not known),
-- language, timezone, quiet_from, quiet_until, is_advertising_allowed (NULL without settings), is_read (in the app, or gone).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_claim(
    IN p_limit INT UNSIGNED,
    IN p_lease_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_ids, v_open JSON;

    SELECT JSON_ARRAYAGG(idx), JSON_ARRAYAGG(IF(is_outcome_open, idx, NULL)) INTO v_ids, v_open
      FROM (
            SELECT idx, is_outcome_open
              FROM table_notification_deliveries FORCE INDEX (ix_notification_delivery_due)
             WHERE state = 'pending' AND next_attempt_at <= v_now
             ORDER BY next_attempt_at
             LIMIT p_limit
               FOR UPDATE SKIP LOCKED
           ) AS due;

    UPDATE table_notification_deliveries d
      JOIN JSON_TABLE(COALESCE(v_ids, '[]'), '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON d.idx = i.idx
       SET d.attempts = d.attempts + 1, d.fence = d.fence + 1, d.is_outcome_open = TRUE,
           d.next_attempt_at = v_now + INTERVAL p_lease_seconds SECOND;

    SELECT d.delivery_id, d.account_db_key, d.notification_id, d.type_id, d.channel, d.title, d.message, d.priority,
           d.coalesced_count, d.attempts, d.fence, d.provider, d.targets_done, d.expires_at,
           o.idx IS NOT NULL AS was_open, s.language, s.timezone, s.quiet_from, s.quiet_until, s.is_advertising_allowed,
           COALESCE(n.is_read OR n.is_deleted, TRUE) AS is_read
      FROM JSON_TABLE(COALESCE(v_ids, '[]'), '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
      STRAIGHT_JOIN table_notification_deliveries d ON d.idx = i.idx
      LEFT JOIN JSON_TABLE(COALESCE(v_open, '[]'), '$[*]' COLUMNS (idx BIGINT PATH '$')) AS o ON o.idx = i.idx
      LEFT JOIN table_notification_settings s ON s.account_db_key = d.account_db_key
      LEFT JOIN table_inapp_notifications n ON n.notification_id = d.notification_id
     ORDER BY d.priority, d.idx;
END;
