-- Forgets a device of an account.
-- Errors: 31130 device_unknown, also for another account's.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_device_delete(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_device_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_user_devices WHERE device_id = p_device_id AND account_db_key = p_account_db_key;
    IF ROW_COUNT() = 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31130, MESSAGE_TEXT = 'the account has no such device';
    END IF;
END;
