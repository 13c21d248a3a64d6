-- Claims a key in the transaction of the write that it guards; the unique key lets one request through. Who comes while
-- that transaction is open waits for its end, at most as long as this connection waits for a lock.
-- Parameters: p_claim_id is the request's own; p_stale_seconds is the age at which a claim without an answer is taken
-- over, because whoever held it was cut off.
-- Result: is_mine, request_hash, response_status, response_body; not mine means that the answer is there.
-- Errors: 31011 idempotency_in_flight.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_idempotency_key_claim(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_route VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_request_hash BINARY(32),
    IN p_claim_id BINARY(16),
    IN p_stale_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_claim_id BINARY(16);
    DECLARE v_claimed_at DATETIME(6);
    DECLARE v_response_status SMALLINT UNSIGNED;

    DECLARE EXIT HANDLER FOR 1205
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31011, MESSAGE_TEXT = 'the first request with this key is not finished';

    INSERT INTO table_idempotency_keys (
        account_db_key, route, idempotency_key, request_hash, claim_id, claimed_at
    ) VALUES (
        p_account_db_key, p_route, p_idempotency_key, p_request_hash, p_claim_id, v_now
    )
    ON DUPLICATE KEY UPDATE table_idempotency_keys.idx = table_idempotency_keys.idx;

    SELECT claim_id, claimed_at, response_status INTO v_claim_id, v_claimed_at, v_response_status
      FROM table_idempotency_keys
     WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key
       FOR UPDATE;

    IF v_claim_id <> p_claim_id AND v_response_status IS NULL THEN
        IF v_claimed_at > v_now - INTERVAL p_stale_seconds SECOND THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31011, MESSAGE_TEXT = 'the first request with this key is not finished';
        END IF;
        UPDATE table_idempotency_keys
           SET claim_id = p_claim_id, claimed_at = v_now
         WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key;
    END IF;

    SELECT claim_id = p_claim_id AS is_mine, request_hash, response_status, response_body
      FROM table_idempotency_keys
     WHERE account_db_key = p_account_db_key AND route = p_route AND idempotency_key = p_idempotency_key;
END;
