-- Makes an account's statistics of some days anew, from its messages and the ledger.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_statistics_update(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_first DATE,
    IN p_until DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    INSERT INTO table_chat_statistics (account_db_key, date, created_at, updated_at)
    SELECT d.account_db_key, d.local_date, v_now, v_now
      FROM (
            SELECT account_db_key, local_date
              FROM table_chat_messages
             WHERE account_db_key = p_account_db_key AND local_date BETWEEN p_first AND p_until
             UNION
            SELECT account_db_key, local_date
              FROM table_chat_tokens
             WHERE account_db_key = p_account_db_key AND local_date BETWEEN p_first AND p_until
             ORDER BY local_date
           ) AS d
    ON DUPLICATE KEY UPDATE updated_at = v_now;

    UPDATE table_chat_statistics s
      LEFT JOIN (
            SELECT local_date, COUNT(*) AS total_messages, SUM(message_type = 'USER') AS user_messages,
                   SUM(message_type = 'AI') AS ai_messages, COUNT(DISTINCT room_id) AS active_rooms
              FROM table_chat_messages
             WHERE account_db_key = p_account_db_key AND local_date BETWEEN p_first AND p_until AND is_deleted = FALSE
             GROUP BY local_date
           ) AS m ON m.local_date = s.date
      LEFT JOIN (
            SELECT local_date, SUM(prompt_tokens + completion_tokens) AS total_tokens,
                   SUM(IF(state = 'reserved', reserved_tokens, 0)) AS reserved_tokens
              FROM table_chat_tokens
             WHERE account_db_key = p_account_db_key AND local_date BETWEEN p_first AND p_until
             GROUP BY local_date
           ) AS t ON t.local_date = s.date
       SET s.total_messages = COALESCE(m.total_messages, 0),
           s.user_messages = COALESCE(m.user_messages, 0),
           s.ai_messages = COALESCE(m.ai_messages, 0),
           s.active_rooms = COALESCE(m.active_rooms, 0),
           s.total_tokens = COALESCE(t.total_tokens, 0),
           s.reserved_tokens = COALESCE(t.reserved_tokens, 0)
     WHERE s.account_db_key = p_account_db_key AND s.date BETWEEN p_first AND p_until;
END;
