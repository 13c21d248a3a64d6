-- Gives a committed claim back that will get no answer, so that the client may send the request again at once.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_idempotency_key_release(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_route VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_claim_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_idempotency_keys
     WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key
       AND claim_id = p_claim_id AND response_status IS NULL;
END;
