-- Puts these recovery codes in the place of all others of the account.
-- Parameters: p_code_hashes is a JSON array of 64 hex digits each.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_recovery_codes_put(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_code_hashes JSON
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_recovery_codes WHERE account_db_key = p_account_db_key;
    INSERT INTO table_recovery_codes (account_db_key, code_hash)
    SELECT p_account_db_key, UNHEX(t.code_hash)
      FROM JSON_TABLE(p_code_hashes, '$[*]' COLUMNS (
               code_hash CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS t;
END;
