-- Accepts an order. Repeating it with the same client_order_id and the same order gives the one that is there.
-- Parameters: p_order_id is a UUIDv7 that the caller made; p_price_cap is the worst price at which it may be filled;
-- p_since_session is the symbol's latest session: it is filled in later ones only.
-- Result: order_id, state, is_new.
-- Errors: 31160 cash_account_missing, 31161 cash_account_not_active, 31162 order_differs (another order has this
-- client_order_id), 31171 currency_differs, and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_insert(
    IN p_order_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_client_order_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_side VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_order_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_time_in_force VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_order_source VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_quantity DECIMAL(19, 6),
    IN p_limit_price DECIMAL(19, 6),
    IN p_price_cap DECIMAL(19, 6),
    IN p_commission_rate DECIMAL(10, 6),
    IN p_currency_code VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_since_session DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_status VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_currency_code VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_broker VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_order_id BINARY(16);
    DECLARE v_is_same BOOLEAN;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_status, currency_code, broker INTO v_status, v_currency_code, v_broker
      FROM table_user_accounts
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_status IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31160, MESSAGE_TEXT = 'there is no cash account yet';
    END IF;

    SELECT order_id,
           asset_code = p_asset_code AND side = p_side AND order_type = p_order_type
               AND time_in_force = p_time_in_force AND quantity = p_quantity AND limit_price <=> p_limit_price
      INTO v_order_id, v_is_same
      FROM table_user_orders
     WHERE account_db_key = p_account_db_key AND client_order_id = p_client_order_id;

    IF v_order_id IS NOT NULL THEN
        IF NOT v_is_same THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31162, MESSAGE_TEXT = 'another order has this client_order_id';
        END IF;
    ELSEIF v_status <> 'active' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31161, MESSAGE_TEXT = 'the cash account takes no orders';
    ELSEIF v_currency_code <> p_currency_code THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31171, MESSAGE_TEXT = 'the asset has another currency';
    ELSE
        INSERT INTO table_user_orders (
            order_id, account_db_key, client_order_id, asset_code, side, order_type, time_in_force, order_source, quantity,
            limit_price, price_cap, commission_rate, currency_code, since_session, state, broker, created_at, updated_at
        ) VALUES (
            p_order_id, p_account_db_key, p_client_order_id, p_asset_code, p_side, p_order_type, p_time_in_force,
            p_order_source, p_quantity, p_limit_price, p_price_cap, p_commission_rate, p_currency_code, p_since_session,
            'accepted', v_broker, v_now, v_now
        );
    END IF;

    SELECT order_id, state, v_order_id IS NULL AS is_new
      FROM table_user_orders
     WHERE order_id = COALESCE(v_order_id, p_order_id);
END;
