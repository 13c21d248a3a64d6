-- Undoes a notice that has not started. Of this and its start, one happens.
-- Errors: 31304 notice_started (or it was undone before, or is not there).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_undo(
    IN p_notice_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_state VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    SELECT state INTO v_state FROM table_notices WHERE notice_id = p_notice_id FOR UPDATE;
    IF v_state IS NULL OR v_state <> 'scheduled' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31304, MESSAGE_TEXT = 'the notice has started, or was undone';
    END IF;

    UPDATE table_notices SET state = 'undone' WHERE notice_id = p_notice_id;
END;
