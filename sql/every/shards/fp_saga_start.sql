-- Starts a saga once per (type, idempotency key), in the caller's transaction. A second start waits for the first one's
-- end and then means the saga that is there. On a resource that another saga holds, the new one waits for its turn or,
-- when p_is_patient is 0, is refused and leaves no row.
-- Parameters: p_saga_id is a UUIDv7 that the caller made; p_resource is '' for none; p_steps is a JSON array of
-- {step_name, timeout_ms} in order. For p_wait_ms it is left to a driver who asks for it by its id.
-- Result: saga_id, status, is_new.
-- Errors: 31051 saga_resource_busy.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_start(
    IN p_saga_id BINARY(16),
    IN p_saga_type VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_definition_version SMALLINT UNSIGNED,
    IN p_idempotency_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_initiator_id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_resource VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_patient BOOLEAN,
    IN p_saga_data JSON,
    IN p_steps JSON,
    IN p_wait_ms INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_saga_id BINARY(16);
    DECLARE v_holder BINARY(16) DEFAULT p_saga_id;
    DECLARE v_ticket BIGINT UNSIGNED DEFAULT 0;

    INSERT INTO saga_instances (
        saga_id, saga_type, definition_version, idempotency_key, initiator_id, resource, status, current_step,
        total_steps, saga_data, due_at, created_at, updated_at
    ) VALUES (
        p_saga_id, p_saga_type, p_definition_version, p_idempotency_key, p_initiator_id, p_resource, 'started', 1,
        JSON_LENGTH(p_steps), p_saga_data, v_now + INTERVAL p_wait_ms * 1000 MICROSECOND, v_now, v_now
    ) ON DUPLICATE KEY UPDATE saga_id = saga_instances.saga_id;

    SELECT saga_id INTO v_saga_id
      FROM saga_instances
     WHERE saga_type = p_saga_type AND idempotency_key = p_idempotency_key;

    IF v_saga_id = p_saga_id THEN
        IF p_resource <> '' THEN
            INSERT INTO saga_locks (resource, saga_id, held_since) VALUES (p_resource, p_saga_id, v_now)
            ON DUPLICATE KEY UPDATE next_ticket = saga_locks.next_ticket + 1;
            SELECT saga_id, next_ticket INTO v_holder, v_ticket
              FROM saga_locks
             WHERE resource = p_resource
               FOR UPDATE;
        END IF;

        IF v_holder <> p_saga_id AND NOT p_is_patient THEN
            DELETE FROM saga_instances WHERE saga_id = p_saga_id;
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31051, MESSAGE_TEXT = 'another saga holds the resource';
        END IF;

        IF v_holder <> p_saga_id THEN
            UPDATE saga_instances
               SET status = 'waiting', current_step = 0, due_at = NULL, ticket = v_ticket
             WHERE saga_id = p_saga_id;
        END IF;

        INSERT INTO saga_steps (saga_id, step_number, step_name, timeout_ms)
        SELECT p_saga_id, s.step_number, s.step_name, s.timeout_ms
          FROM JSON_TABLE(p_steps, '$[*]' COLUMNS (
                   step_number FOR ORDINALITY,
                   step_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.step_name',
                   timeout_ms INT UNSIGNED PATH '$.timeout_ms'
               )) AS s;
    END IF;

    SELECT saga_id, status, saga_id = p_saga_id AS is_new FROM saga_instances WHERE saga_id = v_saga_id;
END;
