-- Keeps the answer of the write that a claim guards. A claim that was taken over meanwhile keeps nothing.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_idempotency_key_answer(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_route VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_claim_id BINARY(16),
    IN p_response_status SMALLINT UNSIGNED,
    IN p_response_body LONGBLOB
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_idempotency_keys
       SET response_status = p_response_status, response_body = p_response_body
     WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key
       AND claim_id = p_claim_id AND response_status IS NULL;
END;
