-- Keeps what was done for one step of a saga, in the transaction of the effect itself.
-- Parameters: p_state is done, refused or undone; p_response_data is JSON or NULL.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_saga_inbox_close(
    IN p_saga_id BINARY(16),
    IN p_step_number SMALLINT UNSIGNED,
    IN p_state VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_response_data JSON,
    IN p_error_message TEXT
)
SQL SECURITY INVOKER
BEGIN
    UPDATE saga_inbox
       SET state = p_state,
           response_data = p_response_data,
           error_message = p_error_message,
           handled_at = UTC_TIMESTAMP(6)
     WHERE saga_id = p_saga_id AND step_number = p_step_number;
END;
