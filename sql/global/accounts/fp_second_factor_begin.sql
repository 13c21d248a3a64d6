-- Keeps a secret for an authenticator app, not in force before its first code is confirmed. Again takes the other's place.
-- Parameters: p_secret is encrypted.
-- Errors: 31002 account_unknown, 31121 second_factor_active.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_second_factor_begin(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_secret VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_found BIGINT UNSIGNED;
    DECLARE v_confirmed_at DATETIME(6);

    SELECT account_db_key INTO v_found
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_found IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;
    -- Who confirms a code locks this row and not the account's.
    SELECT confirmed_at INTO v_confirmed_at
      FROM table_second_factors
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_confirmed_at IS NOT NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31121, MESSAGE_TEXT = 'the account has a second factor';
    END IF;

    DELETE FROM table_second_factors WHERE account_db_key = p_account_db_key;
    INSERT INTO table_second_factors (account_db_key, secret, created_at)
    VALUES (p_account_db_key, p_secret, UTC_TIMESTAMP(6));
END;
