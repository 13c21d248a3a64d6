-- Gives a set-based creation the time that its rows will have. Creators for the same source take turns here until they
-- commit, and each time is later than the one before, so the rows of a time are those of one call.
-- Parameters: p_stamp is given back.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_stamp(
    IN p_source_id BINARY(16),
    OUT p_stamp DATETIME(6)
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_notification_stamps (source_id, stamped_at) VALUES (p_source_id, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE source_id = p_source_id;

    SELECT GREATEST(UTC_TIMESTAMP(6), stamped_at + INTERVAL 1 MICROSECOND) INTO p_stamp
      FROM table_notification_stamps
     WHERE source_id = p_source_id
       FOR UPDATE;
    UPDATE table_notification_stamps SET stamped_at = p_stamp WHERE source_id = p_source_id;
END;
