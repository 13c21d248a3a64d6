-- Opens an account's cash account with its first row in the ledger. Safe to repeat: one that is there stays as it is.
-- Parameters: p_opening_cash in p_currency_code; p_session is the market's latest session; p_broker executes its orders,
-- and knows it as p_broker_account (empty for paper).
-- Result: result, SUCCESS or EXISTS; account_number.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_create_account(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_account_type VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_currency_code VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_broker VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_broker_account VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_opening_cash DECIMAL(19, 6),
    IN p_session DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_is_new BOOLEAN DEFAULT TRUE;

    CALL fp_account_residence_require(p_account_db_key);

    BEGIN
        DECLARE EXIT HANDLER FOR 1062 SET v_is_new = FALSE;

        INSERT INTO table_user_accounts (
            account_db_key, account_number, account_type, currency_code, broker, broker_account, created_at,
            updated_at
        ) VALUES (
            p_account_db_key, fn_account_number(p_account_db_key), p_account_type, p_currency_code, p_broker,
            p_broker_account, v_now, v_now
        );
    END;

    IF v_is_new THEN
        CALL fp_portfolio_ledger_post(
            p_account_db_key, 'OPENING', p_session, p_opening_cash, '', 0, 0, NULL, 0, 0, NULL, NULL
        );
    END IF;

    SELECT IF(v_is_new, 'SUCCESS', 'EXISTS') AS result, account_number
      FROM table_user_accounts
     WHERE account_db_key = p_account_db_key;
END;
