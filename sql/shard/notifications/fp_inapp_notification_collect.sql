-- Takes an account's notifications whose time has come out of sight: read ones that were shown, expired ones.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_collect(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_expired, v_read JSON;

    SELECT JSON_ARRAYAGG(idx) INTO v_expired
      FROM (
            SELECT idx
              FROM table_inapp_notifications FORCE INDEX (ix_notification_leaves)
             WHERE account_db_key = p_account_db_key AND leaves_at <= v_now AND is_deleted = FALSE
               AND expires_at <= v_now
             ORDER BY leaves_at
             LIMIT 1000
               FOR UPDATE
           ) AS due;
    IF v_expired IS NOT NULL THEN
        CALL fp_inapp_notification_leave(v_expired, 'expired');
    END IF;

    SELECT JSON_ARRAYAGG(idx) INTO v_read
      FROM (
            SELECT idx
              FROM table_inapp_notifications FORCE INDEX (ix_notification_leaves)
             WHERE account_db_key = p_account_db_key AND leaves_at <= v_now AND is_deleted = FALSE
             ORDER BY leaves_at
             LIMIT 1000
               FOR UPDATE
           ) AS due;
    IF v_read IS NOT NULL THEN
        CALL fp_inapp_notification_leave(v_read, 'auto');
    END IF;
END;
