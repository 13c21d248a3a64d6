-- Ends an open order and releases what is still reserved for it; what was filled stays. One that has ended stays as it is.
-- Parameters: p_state is cancelled, rejected or expired; p_reason is for its owner.
-- Result: state; is_new, 0 when it had ended before.
-- Errors: 31165 order_unknown, 31170 order_state_wrong (a placed order cannot be rejected, one not placed cannot expire),
-- and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_end(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16),
    IN p_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_reason VARCHAR(200)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_locked BIGINT UNSIGNED;
    DECLARE v_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_reserved_cash DECIMAL(19, 6);
    DECLARE v_reserved_quantity DECIMAL(19, 6);
    DECLARE v_is_new BOOLEAN DEFAULT FALSE;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_db_key INTO v_locked FROM table_user_accounts WHERE account_db_key = p_account_db_key FOR UPDATE;
    SELECT state, asset_code, reserved_cash, reserved_quantity
      INTO v_state, v_asset_code, v_reserved_cash, v_reserved_quantity
      FROM table_user_orders
     WHERE order_id = p_order_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31165, MESSAGE_TEXT = 'there is no such order';
    END IF;

    IF v_state IN ('accepted', 'reserved', 'placed', 'partially_filled') THEN
        IF p_state NOT IN ('cancelled', 'rejected', 'expired')
           OR (p_state = 'rejected' AND v_state NOT IN ('accepted', 'reserved'))
           OR (p_state = 'expired' AND v_state NOT IN ('placed', 'partially_filled'))
        THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31170, MESSAGE_TEXT = 'the order cannot end like this';
        END IF;
        IF v_reserved_cash > 0 THEN
            UPDATE table_user_accounts
               SET reserved = reserved - v_reserved_cash, updated_at = v_now
             WHERE account_db_key = p_account_db_key;
        END IF;
        IF v_reserved_quantity > 0 THEN
            UPDATE table_user_portfolios
               SET reserved_quantity = reserved_quantity - v_reserved_quantity, last_updated = v_now
             WHERE account_db_key = p_account_db_key AND asset_code = v_asset_code;
        END IF;
        UPDATE table_user_orders
           SET state = p_state, reason = p_reason, reserved_cash = 0, reserved_quantity = 0, updated_at = v_now,
               ended_at = v_now
         WHERE order_id = p_order_id;
        SET v_state = p_state, v_is_new = TRUE;
    END IF;

    SELECT v_state AS state, v_is_new AS is_new;
END;
