-- Ends a reservation: with what the model really used, or with nothing. Only the first call counts.
-- Parameters: with both numbers 0 the reservation is released.
-- Result: is_done, whether this call ended it.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_tokens_settle(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_reply_id BINARY(16),
    IN p_prompt_tokens INT UNSIGNED,
    IN p_completion_tokens INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_date DATE;
    DECLARE v_reserved INT UNSIGNED;
    DECLARE v_held INT UNSIGNED;
    DECLARE v_done INT UNSIGNED DEFAULT 0;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT local_date, reserved_tokens INTO v_date, v_reserved
      FROM table_chat_tokens
     WHERE reply_id = p_reply_id AND account_db_key = p_account_db_key AND state = 'reserved';

    IF v_date IS NOT NULL THEN
        SELECT COUNT(*) INTO v_held
          FROM table_chat_statistics
         WHERE account_db_key = p_account_db_key AND date = v_date
           FOR UPDATE;
        UPDATE table_chat_tokens
           SET state = IF(p_prompt_tokens + p_completion_tokens > 0, 'settled', 'released'),
               prompt_tokens = p_prompt_tokens, completion_tokens = p_completion_tokens, updated_at = v_now
         WHERE reply_id = p_reply_id AND state = 'reserved';
        SET v_done = ROW_COUNT();
        IF v_done > 0 THEN
            UPDATE table_chat_statistics
               SET reserved_tokens = reserved_tokens - v_reserved,
                   total_tokens = total_tokens + p_prompt_tokens + p_completion_tokens, updated_at = v_now
             WHERE account_db_key = p_account_db_key AND date = v_date;
        END IF;
    END IF;

    SELECT v_done > 0 AS is_done;
END;
