-- Marks an account's unread notifications read, those that were there when it was called: what arrives meanwhile stays
-- unread. At most p_limit in one call; repeat while updated_count is p_limit.
-- Result: updated_count.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_mark_all_read(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_ids JSON;
    DECLARE v_count INT UNSIGNED;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT JSON_ARRAYAGG(idx), COUNT(*) INTO v_ids, v_count
      FROM (
            SELECT idx
              FROM table_inapp_notifications FORCE INDEX (ix_notification_read)
             WHERE account_db_key = p_account_db_key AND is_deleted = FALSE AND is_read = FALSE
               AND created_at <= v_now AND (leaves_at IS NULL OR leaves_at > v_now)
             ORDER BY created_at DESC, notification_id DESC
             LIMIT p_limit
               FOR UPDATE
           ) AS unread;
    IF v_count > 0 THEN
        CALL fp_inapp_notification_read(v_ids, v_now);
    END IF;

    SELECT v_count AS updated_count;
END;
