-- Notes that its owner wants an open order cancelled; whoever drives it asks the broker, and fills that were faster stay.
-- Repeating it changes nothing.
-- Result: state.
-- Errors: 31165 order_unknown, 31166 order_ended, and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_cancel(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
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
    ELSEIF v_state IN ('filled', 'rejected', 'expired') THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31166, MESSAGE_TEXT = 'the order has ended';
    END IF;

    UPDATE table_user_orders
       SET cancel_requested_at = v_now, updated_at = v_now
     WHERE order_id = p_order_id AND cancel_requested_at IS NULL AND ended_at IS NULL;

    SELECT v_state AS state;
END;
