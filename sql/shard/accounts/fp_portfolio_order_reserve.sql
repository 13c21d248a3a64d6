-- accepted -> reserved: sets aside the cash that a purchase may cost at most, or the shares of a sale. Repeating it changes
-- nothing; an order that is further stays where it is.
-- Result: state.
-- Errors: 31165 order_unknown, 31163 cash_insufficient, 31164 holding_insufficient, and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_reserve(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_free DECIMAL(19, 6);
    DECLARE v_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_side VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_quantity DECIMAL(19, 6);
    DECLARE v_cost DECIMAL(60, 18);
    DECLARE v_held DECIMAL(19, 6);

    CALL fp_account_residence_require(p_account_db_key);

    SELECT balance - reserved INTO v_free
      FROM table_user_accounts
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    -- Fills round down, so their sum is never above this.
    SELECT state, side, asset_code, quantity, quantity * price_cap * (1 + commission_rate) + 0.000001
      INTO v_state, v_side, v_asset_code, v_quantity, v_cost
      FROM table_user_orders
     WHERE order_id = p_order_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31165, MESSAGE_TEXT = 'there is no such order';
    END IF;

    IF v_state = 'accepted' AND v_side = 'BUY' THEN
        IF v_cost > v_free THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31163, MESSAGE_TEXT = 'the free cash does not suffice';
        END IF;
        UPDATE table_user_accounts
           SET reserved = reserved + TRUNCATE(v_cost, 6), updated_at = v_now
         WHERE account_db_key = p_account_db_key;
        UPDATE table_user_orders
           SET state = 'reserved', reserved_cash = TRUNCATE(v_cost, 6), updated_at = v_now
         WHERE order_id = p_order_id;
        SET v_state = 'reserved';
    ELSEIF v_state = 'accepted' THEN
        SELECT quantity - reserved_quantity INTO v_held
          FROM table_user_portfolios
         WHERE account_db_key = p_account_db_key AND asset_code = v_asset_code
           FOR UPDATE;
        IF v_held IS NULL OR v_held < v_quantity THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31164, MESSAGE_TEXT = 'not so many free shares are held';
        END IF;
        UPDATE table_user_portfolios
           SET reserved_quantity = reserved_quantity + v_quantity, last_updated = v_now
         WHERE account_db_key = p_account_db_key AND asset_code = v_asset_code;
        UPDATE table_user_orders
           SET state = 'reserved', reserved_quantity = v_quantity, updated_at = v_now
         WHERE order_id = p_order_id;
        SET v_state = 'reserved';
    END IF;

    SELECT v_state AS state;
END;
