-- Makes the digest of one account and channel whose morning has come: one delivery that lists what was over the budget.
-- Parameters: p_titles is JSON, language -> text in which {n} is the number.
-- Result: account_db_key, channel, digested; no row when nothing is due.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_digest_make(
    IN p_titles JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account BIGINT UNSIGNED;
    DECLARE v_channel VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_ids JSON;
    DECLARE v_digest_id, v_first BINARY(16);
    DECLARE v_list TEXT;
    DECLARE v_count INT UNSIGNED;
    DECLARE v_place INT UNSIGNED DEFAULT 0;

    SELECT account_db_key, channel INTO v_account, v_channel
      FROM table_notification_deliveries FORCE INDEX (ix_notification_delivery_due)
     WHERE state = 'digest' AND next_attempt_at <= v_now
     ORDER BY next_attempt_at
     LIMIT 1
       FOR UPDATE SKIP LOCKED;

    IF v_account IS NOT NULL THEN
        SELECT JSON_ARRAYAGG(idx), COUNT(*), MIN(notification_id) INTO v_ids, v_count, v_first
          FROM (
                SELECT idx, notification_id
                  FROM table_notification_deliveries FORCE INDEX (ix_notification_delivery_acct)
                 WHERE account_db_key = v_account AND state = 'digest' AND channel = v_channel
                   AND next_attempt_at <= v_now
                 ORDER BY idx
                 LIMIT 100
                   FOR UPDATE
               ) AS due;
        -- One after the other: MySQL's GROUP_CONCAT ends at 1,024 characters and says nothing.
        WHILE v_place < v_count DO
            SELECT CONCAT_WS('\n', v_list, LEFT(title, 100)) INTO v_list
              FROM table_notification_deliveries
             WHERE idx = JSON_EXTRACT(v_ids, CONCAT('$[', v_place, ']'));
            SET v_place = v_place + 1;
        END WHILE;
        SELECT language INTO v_language FROM table_notification_settings WHERE account_db_key = v_account;
        SET v_digest_id = LEFT(UNHEX(SHA2(CONCAT_WS('|', 'digest', v_account, v_channel, JSON_EXTRACT(v_ids, '$[0]')), 256)), 16);

        INSERT INTO table_notification_deliveries (
            delivery_id, account_db_key, notification_id, type_id, channel, title, message, priority, coalesced_count,
            next_attempt_at, created_at
        ) VALUES (
            v_digest_id, v_account, v_first, 'DIGEST', v_channel,
            REPLACE(
                JSON_UNQUOTE(JSON_EXTRACT(p_titles, CONCAT('$.', COALESCE(v_language, 'ko')))), '{n}', v_count
            ),
            v_list, 4, 1, v_now, v_now
        );
        UPDATE table_notification_deliveries d
          JOIN JSON_TABLE(v_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON d.idx = i.idx
           SET d.state = 'digested', d.parent_id = v_digest_id;
        INSERT INTO table_notification_traces (notification_id, account_db_key, channel, decision, detail, created_at)
        SELECT d.notification_id, d.account_db_key, d.channel, 'in_digest', CONCAT('with ', v_count - 1, ' others'), v_now
          FROM JSON_TABLE(v_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
          STRAIGHT_JOIN table_notification_deliveries d ON d.idx = i.idx;
    END IF;

    SELECT v_account AS account_db_key, v_channel AS channel, v_count AS digested
      FROM (SELECT 1 AS one) AS o
     WHERE v_account IS NOT NULL;
END;
