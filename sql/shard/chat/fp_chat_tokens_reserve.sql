-- Takes tokens from an account's day before the model is called. Repeating it with the same reply changes nothing.
-- Parameters: p_request is what it takes to generate the reply later; p_limit is what the account's plan allows a day.
-- Result: state of the reply's row, is_new.
-- Errors: 31403 chat_budget_exhausted, and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_tokens_reserve(
    IN p_reply_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_local_date DATE,
    IN p_ai_persona VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_persona_version INT UNSIGNED,
    IN p_request JSON,
    IN p_reserved_tokens INT UNSIGNED,
    IN p_limit BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_taken BIGINT UNSIGNED;
    DECLARE v_state VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    CALL fp_account_residence_require(p_account_db_key);

    INSERT INTO table_chat_statistics (account_db_key, date, created_at, updated_at)
    VALUES (p_account_db_key, p_local_date, v_now, v_now)
    ON DUPLICATE KEY UPDATE updated_at = v_now;
    SELECT total_tokens + reserved_tokens INTO v_taken
      FROM table_chat_statistics
     WHERE account_db_key = p_account_db_key AND date = p_local_date
       FOR UPDATE;

    SELECT state INTO v_state FROM table_chat_tokens WHERE reply_id = p_reply_id;
    IF v_state IS NOT NULL THEN
        SELECT v_state AS state, FALSE AS is_new;
    ELSE
        IF v_taken + p_reserved_tokens > p_limit THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31403, MESSAGE_TEXT = 'too few tokens are left today';
        END IF;
        INSERT INTO table_chat_tokens (
            reply_id, account_db_key, room_id, local_date, ai_persona, persona_version, request, reserved_tokens,
            created_at, updated_at
        ) VALUES (
            p_reply_id, p_account_db_key, p_room_id, p_local_date, p_ai_persona, p_persona_version, p_request,
            p_reserved_tokens, v_now, v_now
        );
        UPDATE table_chat_statistics
           SET reserved_tokens = reserved_tokens + p_reserved_tokens
         WHERE account_db_key = p_account_db_key AND date = p_local_date;
        SELECT 'reserved' AS state, TRUE AS is_new;
    END IF;
END;
