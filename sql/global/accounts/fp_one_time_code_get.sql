-- A code or link that may still be used.
-- Result: account_db_key, purpose, target, nonce; no row when it is unknown, used, expired, or nobody's.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_one_time_code_get(
    IN p_code_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_db_key, purpose, target, nonce
      FROM table_one_time_codes
     WHERE code_id = p_code_id AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(6) AND account_db_key IS NOT NULL;
END;
