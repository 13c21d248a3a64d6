-- As fp_account_residence_require, but alone: for a routine that decides on how many rows an account has. Nobody who holds
-- the row shared may call it; two that wait for each other's shared lock would never go on.
-- Errors: 31003 account_not_provisioned (no row yet), 31004 account_not_on_shard (it moves, or moved away).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_residence_hold(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_state VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    SELECT state INTO v_state
      FROM table_account_residence
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;

    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31003, MESSAGE_TEXT = 'the account has no residence row on this shard';
    ELSEIF v_state <> 'active' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31004, MESSAGE_TEXT = 'the account does not live on this shard';
    END IF;
END;
