-- Asks to be told when a symbol's close reaches a price; at most 100 of an account wait.
-- Parameters: p_price_alarm_id is a UUIDv7 that the caller made; p_direction is ABOVE or BELOW; p_since_session is the
-- symbol's latest session.
-- Result: the alarm's columns.
-- Errors: 31306 price_alarm_duplicate (one for this symbol and price waits already; decided by a unique key), 31307
-- price_alarm_limit_reached, and those of fp_account_residence_hold.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_price_alarm_insert(
    IN p_price_alarm_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_direction VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_target_price DECIMAL(19, 6),
    IN p_since_session DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE EXIT HANDLER FOR 1062
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31306, MESSAGE_TEXT = 'one for this symbol and price waits already';

    -- Held alone: two inserts that count at the same moment would both find room for one more.
    CALL fp_account_residence_hold(p_account_db_key);

    IF (SELECT COUNT(waiting_price) FROM table_price_alarms WHERE account_db_key = p_account_db_key) >= 100 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31307, MESSAGE_TEXT = 'a hundred price alarms wait already';
    END IF;

    INSERT INTO table_price_alarms (
        price_alarm_id, account_db_key, symbol, direction, target_price, since_session, created_at
    ) VALUES (
        p_price_alarm_id, p_account_db_key, p_symbol, p_direction, p_target_price, p_since_session, UTC_TIMESTAMP(6)
    );

    SELECT price_alarm_id, symbol, direction, target_price, since_session, reached_on, reached_price, created_at
      FROM table_price_alarms
     WHERE price_alarm_id = p_price_alarm_id;
END;
