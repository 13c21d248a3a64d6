-- Takes what is personal from the rows of an account that stay for the books, and records that its data is gone.
-- Parameters: p_erased_rows is JSON, table -> rows that were deleted before this.
-- Errors: 31134 account_not_withdrawing.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_erase(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_erased_rows JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_withdraw_time DATETIME(6);

    SELECT account_status, withdraw_time INTO v_status, v_withdraw_time
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_status IS NULL OR v_status <> 'Withdrawn' OR v_withdraw_time IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31134, MESSAGE_TEXT = 'the account does not withdraw now';
    END IF;

    UPDATE table_accountid
       SET account_id = CONCAT('withdrawn-', account_db_key), email = CONCAT('withdrawn-', account_db_key, '@invalid'),
           nickname = 'withdrawn', password_hash = '!', email_verified = FALSE, phone_verified = FALSE,
           phone_number = NULL, birth_date = NULL, gender = NULL, withdraw_time = NULL
     WHERE account_db_key = p_account_db_key;
    DELETE FROM table_user_profiles WHERE account_db_key = p_account_db_key;
    INSERT INTO table_user_profiles (account_db_key, created_at, updated_at) VALUES (p_account_db_key, v_now, v_now);
    -- The addresses that it had; that and when they were changed stays.
    UPDATE table_account_audit
       SET old_value = '', new_value = ''
     WHERE account_db_key = p_account_db_key AND subject = 'email';
    UPDATE table_user_sessions SET address = '' WHERE account_db_key = p_account_db_key;
    UPDATE table_payment_methods
       SET provider_token = '', brand = '', last_four = '', is_default = FALSE, removed_at = COALESCE(removed_at, v_now)
     WHERE account_db_key = p_account_db_key;
    UPDATE table_user_payments
       SET payment_status = 'EXPIRED', auto_renewal = FALSE, updated_at = v_now
     WHERE live_account = p_account_db_key;
    INSERT INTO table_account_erasures (account_db_key, requested_at, erased_at, erased_rows)
    VALUES (p_account_db_key, v_withdraw_time, v_now, p_erased_rows);
END;
