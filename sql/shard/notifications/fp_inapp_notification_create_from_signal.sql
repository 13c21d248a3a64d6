-- Tells every account that a signal reached, where its settings allow, for the next accounts in key order. Repeating
-- it changes nothing: one notification per account, type and source, the source being the account's signal.
-- Parameters: p_texts is JSON, language -> {title, message}, with en and ko; p_data is JSON; p_after_account_db_key is the
-- last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none was left; stamp, the created_at of the rows
-- that this call made, NULL when it made none for lack of accounts.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_create_from_signal(
    IN p_market_signal_id BINARY(16),
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_texts JSON,
    IN p_data JSON,
    IN p_priority TINYINT UNSIGNED,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_stamp DATETIME(6);
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_held INT UNSIGNED;
    DECLARE v_title, v_title_ko VARCHAR(255);
    DECLARE v_message, v_message_ko TEXT;

    SELECT MAX(n.account_db_key) INTO v_upto
      FROM (
            SELECT DISTINCT account_db_key
              FROM table_signal_history FORCE INDEX (ix_history_market_signal)
             WHERE market_signal_id = p_market_signal_id AND account_db_key > p_after_account_db_key
             ORDER BY account_db_key
             LIMIT p_limit
           ) AS n;

    IF v_upto IS NOT NULL THEN
        SET v_title = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.en.title')),
            v_message = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.en.message')),
            v_title_ko = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.ko.title')),
            v_message_ko = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.ko.message'));

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

        CALL fp_notification_stamp(p_market_signal_id, v_stamp);

        INSERT INTO table_inapp_notifications (
            notification_id, account_db_key, type_id, source_id, title, message, data, priority, created_at
        )
        SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', h.account_db_key, p_type_id, HEX(h.signal_id)), 256)), 16),
               h.account_db_key, p_type_id, h.signal_id, IF(n.language = 'en', v_title, v_title_ko),
               IF(n.language = 'en', v_message, v_message_ko), p_data, p_priority, v_stamp
          FROM table_signal_history h FORCE INDEX (ix_history_market_signal)
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
          LEFT JOIN table_notification_settings n ON n.account_db_key = h.account_db_key
         WHERE h.market_signal_id = p_market_signal_id
           AND h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
           AND COALESCE(n.trade_alert_enabled, TRUE)
        ON DUPLICATE KEY UPDATE table_inapp_notifications.idx = table_inapp_notifications.idx;

        -- Counted is what bears this call's stamp: a row that was there before has an earlier one.
        INSERT INTO table_inapp_notification_stats (
            account_db_key, date, total_count, unread_count, priority_1_count, priority_2_count, priority_3_count,
            priority_4_count, priority_5_count
        )
        SELECT made.account_db_key, DATE(v_stamp), made.n, made.n, made.n * (p_priority = 1), made.n * (p_priority = 2),
               made.n * (p_priority = 3), made.n * (p_priority = 4), made.n * (p_priority = 5)
          FROM (
                SELECT h.account_db_key, COUNT(*) AS n
                  FROM table_signal_history h FORCE INDEX (ix_history_market_signal)
                  STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                    ON n.account_db_key = h.account_db_key AND n.type_id = p_type_id AND n.source_id = h.signal_id
                 WHERE h.market_signal_id = p_market_signal_id
                   AND h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
                   AND n.created_at = v_stamp
                 GROUP BY h.account_db_key
                 ORDER BY h.account_db_key
               ) AS made
        ON DUPLICATE KEY UPDATE
            total_count = table_inapp_notification_stats.total_count + made.n,
            unread_count = table_inapp_notification_stats.unread_count + made.n,
            priority_1_count = table_inapp_notification_stats.priority_1_count + made.n * (p_priority = 1),
            priority_2_count = table_inapp_notification_stats.priority_2_count + made.n * (p_priority = 2),
            priority_3_count = table_inapp_notification_stats.priority_3_count + made.n * (p_priority = 3),
            priority_4_count = table_inapp_notification_stats.priority_4_count + made.n * (p_priority = 4),
            priority_5_count = table_inapp_notification_stats.priority_5_count + made.n * (p_priority = 5);

        INSERT INTO table_inapp_notification_counters (account_db_key, unread_count)
        SELECT made.account_db_key, made.n
          FROM (
                SELECT h.account_db_key, COUNT(*) AS n
                  FROM table_signal_history h FORCE INDEX (ix_history_market_signal)
                  STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                    ON n.account_db_key = h.account_db_key AND n.type_id = p_type_id AND n.source_id = h.signal_id
                 WHERE h.market_signal_id = p_market_signal_id
                   AND h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
                   AND n.created_at = v_stamp
                 GROUP BY h.account_db_key
                 ORDER BY h.account_db_key
               ) AS made
        ON DUPLICATE KEY UPDATE unread_count = table_inapp_notification_counters.unread_count + made.n;
    END IF;

    SELECT v_upto AS upto_account_db_key, v_stamp AS stamp;
END;
