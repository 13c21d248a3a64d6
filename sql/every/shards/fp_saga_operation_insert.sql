-- Keeps what an operator does to a saga, and why, in the transaction that does it; a retry counts the current step's
-- tries anew.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_operation_insert(
    IN p_saga_id BINARY(16),
    IN p_operation VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_operator VARCHAR(100),
    IN p_reason VARCHAR(500)
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO saga_operations (saga_id, step_number, operation, operator, reason, created_at)
    SELECT saga_id, current_step, p_operation, p_operator, p_reason, UTC_TIMESTAMP(6)
      FROM saga_instances
     WHERE saga_id = p_saga_id;

    IF p_operation = 'retry' THEN
        UPDATE saga_instances i
          JOIN saga_steps s ON s.saga_id = i.saga_id AND s.step_number = i.current_step
           SET s.tries = IF(i.status = 'started', 0, s.tries),
               s.compensation_tries = IF(i.status = 'compensating', 0, s.compensation_tries)
         WHERE i.saga_id = p_saga_id;
    END IF;
END;
