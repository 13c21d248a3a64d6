-- Removes a price alarm, waiting or reached.
-- Errors: 31308 price_alarm_unknown (not there or somebody else's), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_price_alarm_delete(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_price_alarm_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);

    DELETE FROM table_price_alarms WHERE price_alarm_id = p_price_alarm_id AND account_db_key = p_account_db_key;
    IF ROW_COUNT() = 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31308, MESSAGE_TEXT = 'there is no such price alarm';
    END IF;
END;
