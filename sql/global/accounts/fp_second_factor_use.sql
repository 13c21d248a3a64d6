-- Uses a code once, after the caller has compared it: its step, and every one before, is over for this account. The first
-- use puts the factor in force.
-- Parameters: p_step is the code's, counted in 30 seconds; p_secret is the encrypted secret that it was compared with.
-- Errors: 31120 second_factor_invalid (no such factor, or the step was used).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_second_factor_use(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_secret VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_step BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_last_step BIGINT UNSIGNED;

    SELECT last_step INTO v_last_step
      FROM table_second_factors
     WHERE account_db_key = p_account_db_key AND secret = p_secret
       FOR UPDATE;
    IF v_last_step IS NULL OR v_last_step >= p_step THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31120, MESSAGE_TEXT = 'the code was used, or there is no second factor';
    END IF;

    UPDATE table_second_factors
       SET last_step = p_step, confirmed_at = COALESCE(confirmed_at, UTC_TIMESTAMP(6))
     WHERE account_db_key = p_account_db_key;
END;
