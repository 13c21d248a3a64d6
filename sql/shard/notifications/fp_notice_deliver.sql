-- Gives a notice to the next accounts of this shard, in key order, in one transaction. Repeating it goes on behind the last
-- account; two at once take turns at the notice's row.
-- Parameters: p_texts is JSON, language -> {title, message}, with en and ko; the segment's are fp_notice_count's; p_limit is
-- the largest number of accounts.
-- Result: is_finished, created (rows of this call).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_deliver(
    IN p_notice_id BINARY(16),
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_texts JSON,
    IN p_priority TINYINT UNSIGNED,
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_advertising BOOLEAN,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_stamp, v_finished_at DATETIME(6);
    DECLARE v_after, v_upto BIGINT UNSIGNED;
    DECLARE v_accounts JSON;
    DECLARE v_found, v_created INT UNSIGNED DEFAULT 0;
    DECLARE v_title, v_title_ko VARCHAR(255);
    DECLARE v_message, v_message_ko TEXT;

    INSERT INTO table_notice_progress (notice_id) VALUES (p_notice_id)
    ON DUPLICATE KEY UPDATE notice_id = p_notice_id;
    SELECT after_account_db_key, finished_at INTO v_after, v_finished_at
      FROM table_notice_progress
     WHERE notice_id = p_notice_id
       FOR UPDATE;

    IF v_finished_at IS NULL THEN
        SELECT JSON_ARRAYAGG(account_db_key), COUNT(*), MAX(account_db_key) INTO v_accounts, v_found, v_upto
          FROM (
                SELECT r.account_db_key
                  FROM table_account_residence r
                  LEFT JOIN table_notification_settings s ON s.account_db_key = r.account_db_key
                 WHERE r.account_db_key > v_after
                   AND r.state = 'active'
                   AND (p_account_db_key IS NULL OR r.account_db_key = p_account_db_key)
                   AND (p_language = '' OR COALESCE(s.language, 'ko') = p_language)
                   AND (NOT p_is_advertising OR (s.is_advertising_allowed AND s.news_alert_enabled))
                   AND (
                        p_symbol = ''
                        OR EXISTS (
                            SELECT 1
                              FROM table_signal_alarms a
                             WHERE a.account_db_key = r.account_db_key AND a.symbol = p_symbol
                               AND a.is_active = TRUE AND a.is_deleted = FALSE
                           )
                       )
                 ORDER BY r.account_db_key
                 LIMIT p_limit
                  LOCK IN SHARE MODE
               ) AS n;

        IF v_found > 0 THEN
            CALL fp_notification_stamp(p_notice_id, v_stamp);
            SET v_title = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.en.title')),
                v_message = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.en.message')),
                v_title_ko = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.ko.title')),
                v_message_ko = JSON_UNQUOTE(JSON_EXTRACT(p_texts, '$.ko.message'));

            INSERT INTO table_inapp_notifications (
                notification_id, account_db_key, type_id, source_id, title, message, priority, created_at
            )
            SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', a.account_db_key, p_type_id, HEX(p_notice_id)), 256)), 16),
                   a.account_db_key, p_type_id, p_notice_id, IF(s.language = 'en', v_title, v_title_ko),
                   IF(s.language = 'en', v_message, v_message_ko), p_priority, v_stamp
              FROM JSON_TABLE(v_accounts, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$')) AS a
              LEFT JOIN table_notification_settings s ON s.account_db_key = a.account_db_key
            ON DUPLICATE KEY UPDATE table_inapp_notifications.idx = table_inapp_notifications.idx;

            INSERT INTO table_inapp_notification_stats (
                account_db_key, date, total_count, unread_count, priority_1_count, priority_2_count, priority_3_count,
                priority_4_count, priority_5_count
            )
            SELECT made.account_db_key, DATE(v_stamp), 1, 1, p_priority = 1, p_priority = 2, p_priority = 3,
                   p_priority = 4, p_priority = 5
              FROM (
                    SELECT n.account_db_key
                      FROM JSON_TABLE(v_accounts, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$')) AS a
                      STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                        ON n.account_db_key = a.account_db_key AND n.type_id = p_type_id AND n.source_id = p_notice_id
                     WHERE n.created_at = v_stamp
                   ) AS made
            ON DUPLICATE KEY UPDATE
                total_count = table_inapp_notification_stats.total_count + 1,
                unread_count = table_inapp_notification_stats.unread_count + 1,
                priority_1_count = table_inapp_notification_stats.priority_1_count + (p_priority = 1),
                priority_2_count = table_inapp_notification_stats.priority_2_count + (p_priority = 2),
                priority_3_count = table_inapp_notification_stats.priority_3_count + (p_priority = 3),
                priority_4_count = table_inapp_notification_stats.priority_4_count + (p_priority = 4),
                priority_5_count = table_inapp_notification_stats.priority_5_count + (p_priority = 5);

            INSERT INTO table_inapp_notification_counters (account_db_key, unread_count)
            SELECT made.account_db_key, 1
              FROM (
                    SELECT n.account_db_key
                      FROM JSON_TABLE(v_accounts, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$')) AS a
                      STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                        ON n.account_db_key = a.account_db_key AND n.type_id = p_type_id AND n.source_id = p_notice_id
                     WHERE n.created_at = v_stamp
                   ) AS made
            ON DUPLICATE KEY UPDATE unread_count = table_inapp_notification_counters.unread_count + 1;

            SELECT COUNT(*) INTO v_created
              FROM JSON_TABLE(v_accounts, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$')) AS a
              STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                ON n.account_db_key = a.account_db_key AND n.type_id = p_type_id AND n.source_id = p_notice_id
             WHERE n.created_at = v_stamp;
        END IF;

        UPDATE table_notice_progress
           SET after_account_db_key = COALESCE(v_upto, after_account_db_key),
               created_count = created_count + v_created,
               finished_at = IF(v_found < p_limit, UTC_TIMESTAMP(6), NULL)
         WHERE notice_id = p_notice_id;
    END IF;

    SELECT v_finished_at IS NOT NULL OR v_found < p_limit AS is_finished, v_created AS created;
END;
