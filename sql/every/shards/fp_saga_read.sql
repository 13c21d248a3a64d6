-- One saga as fp_saga_claim returns it, locked until the caller's transaction ends; nothing is counted or claimed. For
-- who decides on it without driving it: a reply from another database, an operator.
-- Result: one row or none, with fp_saga_claim's columns; tries is 0 and nothing is current for a saga that waits.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_read(
    IN p_saga_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_saga_id BINARY(16);

    SELECT saga_id INTO v_saga_id FROM saga_instances WHERE saga_id = p_saga_id FOR UPDATE;

    SELECT i.saga_id, i.saga_type, i.definition_version, i.initiator_id, i.version, i.status, i.current_step,
           COALESCE(IF(i.status = 'started', s.tries, s.compensation_tries), 0) AS tries, i.saga_data,
           (
            SELECT JSON_ARRAYAGG(JSON_OBJECT('step_number', t.step_number, 'status', t.status, 'target', t.target))
              FROM saga_steps t
             WHERE t.saga_id = i.saga_id
           ) AS steps
      FROM saga_instances i
      LEFT JOIN saga_steps s ON s.saga_id = i.saga_id AND s.step_number = i.current_step
     WHERE i.saga_id = v_saga_id;
END;
