-- The orders that brokers have, oldest first.
-- Parameters: p_after is the last one that the caller has looked at (sixteen zero bytes: none); p_limit rows at most.
-- Result: the order's columns.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_orders_placed(
    IN p_after BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT o.order_id, o.account_db_key, o.client_order_id, o.asset_code, o.side, o.order_type, o.time_in_force,
           o.order_source, o.quantity, o.limit_price, o.price_cap, o.commission_rate, o.currency_code, o.since_session,
           o.state, o.reason, o.filled_quantity, o.filled_amount, o.commission, o.last_fill_session,
           o.reserved_cash, o.reserved_quantity, o.broker, o.broker_order_id, o.broker_asked_at,
           o.cancel_requested_at, o.created_at, o.updated_at, o.ended_at
      FROM (
            (SELECT order_id FROM table_user_orders
              WHERE state = 'partially_filled' AND order_id > p_after ORDER BY order_id LIMIT p_limit)
            UNION ALL
            (SELECT order_id FROM table_user_orders
              WHERE state = 'placed' AND order_id > p_after ORDER BY order_id LIMIT p_limit)
             ORDER BY order_id
             LIMIT p_limit
           ) AS n
      JOIN table_user_orders o ON o.order_id = n.order_id
     ORDER BY o.order_id;
END;
