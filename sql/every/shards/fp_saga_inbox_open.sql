-- Locks this database's inbox row of one step of a saga until the caller's transaction ends, and makes it where it is
-- missing: the same step's action and compensation, however often they come, are handled one after the other.
-- Result: state (new: nothing was done here before), response_data, error_message.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_inbox_open(
    IN p_saga_id BINARY(16),
    IN p_step_number SMALLINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO saga_inbox (saga_id, step_number, state, handled_at)
    VALUES (p_saga_id, p_step_number, 'new', UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE saga_id = saga_inbox.saga_id;

    SELECT state, response_data, error_message
      FROM saga_inbox
     WHERE saga_id = p_saga_id AND step_number = p_step_number
       FOR UPDATE;
END;
