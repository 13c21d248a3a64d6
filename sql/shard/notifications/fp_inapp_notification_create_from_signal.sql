-- Tells every account that a signal reached, where its settings allow, for the next accounts in key order. Repeating
-- it changes nothing: one notification per account, type and source, the source being the account's signal.
-- Parameters: p_data is JSON; p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none was left; created rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_create_from_signal(
    IN p_market_signal_id BINARY(16),
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_title VARCHAR(255),
    IN p_message TEXT,
    IN p_data JSON,
    IN p_priority TINYINT UNSIGNED,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_held INT UNSIGNED;
    DECLARE v_created INT UNSIGNED DEFAULT 0;

    SELECT MAX(n.account_db_key) INTO v_upto
      FROM (
            SELECT DISTINCT account_db_key
              FROM table_signal_history FORCE INDEX (ix_history_market_signal)
             WHERE market_signal_id = p_market_signal_id AND account_db_key > p_after_account_db_key
             ORDER BY account_db_key
             LIMIT p_limit
           ) AS n;

    IF v_upto IS NOT NULL THEN
        SELECT COUNT(*) INTO v_held
          FROM (
                SELECT DISTINCT account_db_key
                  FROM table_signal_history FORCE INDEX (ix_history_market_signal)
                 WHERE market_signal_id = p_market_signal_id
                   AND account_db_key > p_after_account_db_key AND account_db_key <= v_upto
                 ORDER BY account_db_key
               ) AS n
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
           LOCK IN SHARE MODE;

        INSERT INTO table_inapp_notifications (
            notification_id, account_db_key, type_id, source_id, title, message, data, priority, created_at
        )
        SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', h.account_db_key, p_type_id, HEX(h.signal_id)), 256)), 16),
               h.account_db_key, p_type_id, h.signal_id, p_title, p_message, p_data, p_priority, v_now
          FROM table_signal_history h FORCE INDEX (ix_history_market_signal)
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
          LEFT JOIN table_notification_settings n ON n.account_db_key = h.account_db_key
         WHERE h.market_signal_id = p_market_signal_id
           AND h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
           AND COALESCE(n.trade_alert_enabled, TRUE)
        ON DUPLICATE KEY UPDATE table_inapp_notifications.idx = table_inapp_notifications.idx;
        SET v_created = ROW_COUNT();
    END IF;

    SELECT v_upto AS upto_account_db_key, v_created AS created;
END;
