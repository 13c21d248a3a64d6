-- What is kept of an earlier request with this key; waits for nobody.
-- Result: request_hash, response_status, response_body (both NULL while it is in flight); no row for a new key.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_idempotency_key_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_route VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    SELECT request_hash, response_status, response_body
      FROM table_idempotency_keys
     WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key;
END;
