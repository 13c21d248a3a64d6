-- Notes that a reserved order is sent to its broker now (p_is_asked), or that it certainly did not get there. Whoever finds
-- the note later must ask the broker before sending it again.
-- Errors: 31165 order_unknown, 31170 order_state_wrong (it is not reserved any more), and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_asked(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16),
    IN p_is_asked BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_locked BIGINT UNSIGNED;
    DECLARE v_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_db_key INTO v_locked FROM table_user_accounts WHERE account_db_key = p_account_db_key FOR UPDATE;
    SELECT state INTO v_state
      FROM table_user_orders
     WHERE order_id = p_order_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31165, MESSAGE_TEXT = 'there is no such order';
    ELSEIF v_state <> 'reserved' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31170, MESSAGE_TEXT = 'the order is not there to be sent';
    END IF;

    UPDATE table_user_orders
       SET broker_asked_at = IF(p_is_asked, UTC_TIMESTAMP(6), NULL), updated_at = UTC_TIMESTAMP(6)
     WHERE order_id = p_order_id;
END;
