-- Takes a saga from one state to the next, in the transaction of what its step did: the step's outcome, the saga's new
-- state, and when somebody must look at it again. At its end the resource goes to the next saga in the queue.
-- Parameters: p_version is the one that the caller read or claimed. p_step_status, p_response_data (NULL: none) and
-- p_error_message are about the current step; p_status, p_current_step, p_saga_data and p_is_stuck about the saga
-- afterwards. p_wait_ms from now it is due. p_begins is 1 when the caller begins the new step's first try with this
-- transaction; p_target is the database that it was sent to, '' for here.
-- Result: version, the new one.
-- Errors: 31006 fence_lost when the saga has changed since p_version; nothing is changed then.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_transition(
    IN p_saga_id BINARY(16),
    IN p_version BIGINT UNSIGNED,
    IN p_step_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_response_data JSON,
    IN p_error_message TEXT,
    IN p_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_current_step SMALLINT UNSIGNED,
    IN p_saga_data JSON,
    IN p_is_stuck BOOLEAN,
    IN p_wait_ms BIGINT UNSIGNED,
    IN p_begins BOOLEAN,
    IN p_target VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_version BIGINT UNSIGNED;
    DECLARE v_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_step SMALLINT UNSIGNED;
    DECLARE v_resource VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_holder BINARY(16);
    DECLARE v_next BINARY(16);
    DECLARE v_is_open BOOLEAN DEFAULT p_status IN ('started', 'compensating');

    SELECT version, status, current_step, resource INTO v_version, v_status, v_step, v_resource
      FROM saga_instances
     WHERE saga_id = p_saga_id
       FOR UPDATE;
    IF v_version IS NULL OR v_version <> p_version THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'the saga has moved on';
    END IF;

    IF v_status = 'compensating' THEN
        UPDATE saga_steps
           SET status = p_step_status,
               compensation_error = IF(p_error_message = '', compensation_error, p_error_message),
               compensated_at = IF(p_step_status = 'compensated', v_now, NULL)
         WHERE saga_id = p_saga_id AND step_number = v_step;
    ELSEIF v_status = 'started' THEN
        UPDATE saga_steps
           SET status = p_step_status,
               response_data = COALESCE(p_response_data, response_data),
               error_message = IF(p_error_message = '', error_message, p_error_message),
               completed_at = IF(p_step_status = 'running', NULL, v_now)
         WHERE saga_id = p_saga_id AND step_number = v_step;
    END IF;

    IF v_is_open AND p_status = v_status AND p_current_step = v_step THEN
        UPDATE saga_steps
           SET target = IF(p_target = '', target, p_target)
         WHERE saga_id = p_saga_id AND step_number = v_step;
    ELSEIF v_is_open THEN
        IF p_status = 'started' THEN
            UPDATE saga_steps
               SET status = IF(p_begins, 'running', 'pending'),
                   tries = p_begins,
                   target = p_target,
                   request_data = IF(p_begins, p_saga_data, NULL),
                   started_at = IF(p_begins, v_now, NULL)
             WHERE saga_id = p_saga_id AND step_number = p_current_step;
        ELSE
            UPDATE saga_steps
               SET status = 'compensating', compensation_tries = p_begins, compensation_started_at = v_now
             WHERE saga_id = p_saga_id AND step_number = p_current_step;
        END IF;
    END IF;

    UPDATE saga_instances
       SET version = version + 1,
           error_message = IF(p_status <> 'started' AND v_status <> 'compensating', p_error_message, error_message),
           status = p_status,
           current_step = p_current_step,
           saga_data = p_saga_data,
           is_stuck = p_is_stuck,
           due_at = IF(v_is_open, v_now + INTERVAL p_wait_ms * 1000 MICROSECOND, NULL),
           updated_at = v_now,
           completed_at = IF(v_is_open, NULL, v_now)
     WHERE saga_id = p_saga_id;

    IF NOT v_is_open AND v_resource <> '' THEN
        SELECT saga_id INTO v_holder FROM saga_locks WHERE resource = v_resource FOR UPDATE;
        IF v_holder = p_saga_id THEN
            SELECT saga_id INTO v_next
              FROM saga_instances
             WHERE resource = v_resource AND status = 'waiting'
             ORDER BY ticket
             LIMIT 1
               FOR UPDATE;
            IF v_next IS NULL THEN
                DELETE FROM saga_locks WHERE resource = v_resource;
            ELSE
                UPDATE saga_locks SET saga_id = v_next, held_since = v_now WHERE resource = v_resource;
                UPDATE saga_instances
                   SET version = version + 1, status = 'started', current_step = 1, due_at = v_now, updated_at = v_now
                 WHERE saga_id = v_next;
            END IF;
        END IF;
    END IF;

    SELECT v_version + 1 AS version;
END;
