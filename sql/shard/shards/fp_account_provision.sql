-- Makes the residence row of an account on the shard that it is mapped to. Safe to repeat: an existing row, whatever
-- its state, stays as it is.
-- Errors: none of its own.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_provision(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_account_residence (account_db_key, created_at)
    VALUES (p_account_db_key, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE account_db_key = p_account_db_key;
END;
