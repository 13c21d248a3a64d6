-- A page of an account's read notifications, newest first. What a page shows leaves p_grace_seconds after it was first
-- shown, so the same page asked again within that time is the same; with 0 it has left when the answer comes. The order's
-- columns never change, so no page skips what is still there.
-- Parameters: p_before_created_at and p_before_notification_id are the last row of the page before, NULL for the first page.
-- Result: as fp_inapp_notification_list, up to p_limit + 1 rows; the last of p_limit + 1 was not shown and does not leave.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_get_read(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_grace_seconds INT UNSIGNED,
    IN p_before_created_at DATETIME(6),
    IN p_before_notification_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6);
    DECLARE v_page, v_shown JSON;
    DECLARE v_one_more INT UNSIGNED DEFAULT p_limit + 1;

    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_inapp_notification_collect(p_account_db_key);
    SET v_now = UTC_TIMESTAMP(6);

    SELECT JSON_ARRAYAGG(idx), JSON_ARRAYAGG(IF(place <= p_limit, idx, NULL)) INTO v_page, v_shown
      FROM (
            SELECT found.idx, ROW_NUMBER() OVER (ORDER BY found.created_at DESC, found.notification_id DESC) AS place
              FROM (
                    SELECT idx, created_at, notification_id
                      FROM table_inapp_notifications FORCE INDEX (ix_notification_read)
                     WHERE account_db_key = p_account_db_key
                       AND is_deleted = FALSE
                       AND is_read = TRUE
                       AND created_at <= COALESCE(p_before_created_at, '9999-12-31')
                       AND (
                            p_before_created_at IS NULL
                            OR created_at < p_before_created_at
                            OR notification_id < p_before_notification_id
                           )
                       AND leaves_at > v_now
                     ORDER BY created_at DESC, notification_id DESC
                     LIMIT v_one_more
                       FOR UPDATE
                   ) AS found
           ) AS numbered;

    IF v_page IS NOT NULL THEN
        UPDATE table_inapp_notifications n
          JOIN JSON_TABLE(v_shown, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx
           SET n.leaves_at = LEAST(n.leaves_at, v_now + INTERVAL p_grace_seconds SECOND), n.shown_at = v_now
         WHERE n.shown_at IS NULL;
        IF p_grace_seconds = 0 THEN
            CALL fp_inapp_notification_leave(v_shown, 'auto');
        END IF;
    END IF;

    SELECT n.notification_id, n.type_id, n.source_id, n.title, n.message, n.data, n.priority, n.is_read, n.read_at,
           n.expires_at, n.created_at
      FROM JSON_TABLE(COALESCE(v_page, '[]'), '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
      JOIN table_inapp_notifications n ON n.idx = i.idx
     ORDER BY n.created_at DESC, n.notification_id DESC;
END;
