-- Takes the account's second factor and its recovery codes away. Without one nothing changes.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_second_factor_remove(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_recovery_codes WHERE account_db_key = p_account_db_key;
    DELETE FROM table_second_factors WHERE account_db_key = p_account_db_key;
END;
