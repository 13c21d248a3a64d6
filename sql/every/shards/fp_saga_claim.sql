-- Claims one saga whose time has come and counts a try of its current step. Until the step's timeout has passed nobody
-- else claims it; the version that is returned is the claim's fence. Commit before doing anything.
-- Parameters: p_known is a JSON array of "type/version", the definitions that the caller has; p_saga_id claims this
-- saga alone, also before its time when it was just started, NULL the one that has been due longest.
-- Result: one row or none: saga_id, saga_type, definition_version, initiator_id, version, status, current_step, tries,
-- saga_data, steps (a JSON array of {step_number, status, target}).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_claim(
    IN p_known JSON,
    IN p_saga_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_saga_id BINARY(16);

    IF p_saga_id IS NULL THEN
        SELECT i.saga_id INTO v_saga_id
          FROM saga_instances i
         WHERE i.due_at <= v_now
           AND JSON_CONTAINS(p_known, JSON_QUOTE(CONCAT(i.saga_type, '/', i.definition_version)))
         ORDER BY i.due_at
         LIMIT 1
           FOR UPDATE SKIP LOCKED;
    ELSE
        SELECT i.saga_id INTO v_saga_id
          FROM saga_instances i
         WHERE i.saga_id = p_saga_id
           AND (i.due_at <= v_now OR (i.version = 1 AND i.status = 'started'))
           AND JSON_CONTAINS(p_known, JSON_QUOTE(CONCAT(i.saga_type, '/', i.definition_version)))
           FOR UPDATE SKIP LOCKED;
    END IF;

    IF v_saga_id IS NOT NULL THEN
        UPDATE saga_instances i
          JOIN saga_steps s ON s.saga_id = i.saga_id AND s.step_number = i.current_step
           SET s.tries = s.tries + (i.status = 'started'),
               s.compensation_tries = s.compensation_tries + (i.status = 'compensating'),
               s.request_data = COALESCE(s.request_data, i.saga_data),
               s.started_at = COALESCE(s.started_at, v_now),
               s.status = IF(i.status = 'started', 'running', 'compensating'),
               i.version = i.version + 1,
               i.updated_at = v_now,
               i.due_at = v_now + INTERVAL s.timeout_ms * 1000 MICROSECOND
         WHERE i.saga_id = v_saga_id;

        SELECT i.saga_id, i.saga_type, i.definition_version, i.initiator_id, i.version, i.status, i.current_step,
               IF(i.status = 'started', s.tries, s.compensation_tries) AS tries, i.saga_data,
               (
                SELECT JSON_ARRAYAGG(JSON_OBJECT('step_number', t.step_number, 'status', t.status, 'target', t.target))
                  FROM saga_steps t
                 WHERE t.saga_id = i.saga_id
               ) AS steps
          FROM saga_instances i
          JOIN saga_steps s ON s.saga_id = i.saga_id AND s.step_number = i.current_step
         WHERE i.saga_id = v_saga_id;
    END IF;
END;
