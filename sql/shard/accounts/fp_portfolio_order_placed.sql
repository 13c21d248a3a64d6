-- reserved -> placed: the broker has the order under p_broker_order_id. Repeating it changes nothing.
-- Result: state.
-- Errors: 31165 order_unknown, 31170 order_state_wrong (it has ended, or was placed under another id), and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_placed(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16),
    IN p_broker_order_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_locked BIGINT UNSIGNED;
    DECLARE v_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_broker_order_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_db_key INTO v_locked FROM table_user_accounts WHERE account_db_key = p_account_db_key FOR UPDATE;
    SELECT state, broker_order_id INTO v_state, v_broker_order_id
      FROM table_user_orders
     WHERE order_id = p_order_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31165, MESSAGE_TEXT = 'there is no such order';
    END IF;

    IF v_state = 'reserved' THEN
        UPDATE table_user_orders
           SET state = 'placed', broker_order_id = p_broker_order_id, broker_asked_at = NULL,
               updated_at = UTC_TIMESTAMP(6)
         WHERE order_id = p_order_id;
        SET v_state = 'placed';
    ELSEIF v_broker_order_id <> p_broker_order_id THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31170, MESSAGE_TEXT = 'the order is not there to be placed';
    END IF;

    SELECT v_state AS state;
END;
