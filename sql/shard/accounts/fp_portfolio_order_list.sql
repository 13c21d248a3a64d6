-- An account's orders, newest first, or one of them.
-- Parameters: p_order_id is the one that is wanted, or NULL; p_before is the last one of the page before, or NULL.
-- Result: the order's columns.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16),
    IN p_before BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF p_order_id IS NOT NULL THEN
        SELECT order_id, account_db_key, client_order_id, asset_code, side, order_type, time_in_force, order_source,
               quantity, limit_price, price_cap, commission_rate, currency_code, since_session, state, reason,
               filled_quantity, filled_amount, commission, last_fill_session, reserved_cash, reserved_quantity, broker,
               broker_order_id, broker_asked_at, cancel_requested_at, created_at, updated_at, ended_at
          FROM table_user_orders
         WHERE order_id = p_order_id AND account_db_key = p_account_db_key;
    ELSE
        SELECT order_id, account_db_key, client_order_id, asset_code, side, order_type, time_in_force, order_source,
               quantity, limit_price, price_cap, commission_rate, currency_code, since_session, state, reason,
               filled_quantity, filled_amount, commission, last_fill_session, reserved_cash, reserved_quantity, broker,
               broker_order_id, broker_asked_at, cancel_requested_at, created_at, updated_at, ended_at
          FROM table_user_orders FORCE INDEX (ix_order_list)
         WHERE account_db_key = p_account_db_key AND order_id < COALESCE(p_before, REPEAT(UNHEX('FF'), 16))
         ORDER BY order_id DESC
         LIMIT p_limit;
    END IF;
END;
