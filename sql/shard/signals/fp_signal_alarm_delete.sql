-- Deletes an alarm: it never fires again and is no longer listed; its signals stay.
-- Errors: 31203 alarm_unknown (not there, deleted before or somebody else's), and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarm_delete(
    IN p_alarm_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_alarm_id BINARY(16);

    CALL fp_account_residence_require(p_account_db_key);

    SELECT alarm_id INTO v_alarm_id
      FROM table_signal_alarms
     WHERE alarm_id = p_alarm_id AND account_db_key = p_account_db_key AND NOT is_deleted
       FOR UPDATE;
    IF v_alarm_id IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31203, MESSAGE_TEXT = 'there is no such alarm';
    END IF;

    UPDATE table_signal_alarms
       SET is_deleted = TRUE, is_active = FALSE, updated_at = UTC_TIMESTAMP(6)
     WHERE alarm_id = p_alarm_id;
END;
