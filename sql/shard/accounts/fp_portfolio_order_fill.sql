-- Books one fill of a placed order: cash, position, cost and the order change together. A fill is booked once for its
-- p_broker_fill_id; repeating it changes nothing. Amounts are rounded down to six places.
-- Parameters: p_after_quantity is what must have been filled before this fill, so that two who heard different things at
-- one time cannot both be right; p_price of one share; p_commission in the account's currency; p_session whose price it is.
-- Result: state, is_new.
-- Errors: 31165 order_unknown, 31167 fill_exceeds_order, 31170 order_state_wrong (it is not placed, has ended, or
-- another fill came between), and
-- those of fp_account_residence_require and fp_portfolio_ledger_post.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_order_fill(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_order_id BINARY(16),
    IN p_broker_fill_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_quantity DECIMAL(19, 6),
    IN p_quantity DECIMAL(19, 6),
    IN p_price DECIMAL(19, 6),
    IN p_commission DECIMAL(19, 6),
    IN p_session DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_locked BIGINT UNSIGNED;
    DECLARE v_state VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_side VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_left DECIMAL(19, 6);
    DECLARE v_filled DECIMAL(19, 6);
    DECLARE v_reserved_cash DECIMAL(19, 6);
    DECLARE v_released_cash DECIMAL(19, 6) DEFAULT 0;
    DECLARE v_amount DECIMAL(60, 12);
    DECLARE v_held DECIMAL(19, 6);
    DECLARE v_book_cost DECIMAL(19, 6);
    DECLARE v_cost DECIMAL(19, 6);
    DECLARE v_is_new BOOLEAN;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_db_key INTO v_locked FROM table_user_accounts WHERE account_db_key = p_account_db_key FOR UPDATE;
    SELECT state, side, asset_code, quantity - filled_quantity, filled_quantity, reserved_cash
      INTO v_state, v_side, v_asset_code, v_left, v_filled, v_reserved_cash
      FROM table_user_orders
     WHERE order_id = p_order_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_state IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31165, MESSAGE_TEXT = 'there is no such order';
    END IF;

    SET v_is_new = NOT EXISTS (
        SELECT 1 FROM table_user_ledger WHERE order_id = p_order_id AND broker_fill_id = p_broker_fill_id
    );
    IF v_is_new THEN
        IF v_state NOT IN ('placed', 'partially_filled') OR v_filled <> p_after_quantity THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31170, MESSAGE_TEXT = 'only a placed order is filled, one fill after the other';
        END IF;
        SET v_amount = TRUNCATE(p_quantity * p_price, 6);
        IF p_quantity <= 0 OR p_quantity > v_left OR p_commission < 0
           OR (v_side = 'BUY' AND v_amount + p_commission > v_reserved_cash)
           OR (v_side = 'SELL' AND p_commission > v_amount)
        THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31167, MESSAGE_TEXT = 'the fill is more than the order allows';
        END IF;

        -- What was reserved for this fill is taken back first: no moment has more reserved than there is.
        IF v_side = 'BUY' THEN
            SET v_released_cash = IF(p_quantity = v_left, v_reserved_cash, v_amount + p_commission);
            UPDATE table_user_accounts
               SET reserved = reserved - v_released_cash, updated_at = v_now
             WHERE account_db_key = p_account_db_key;
            CALL fp_portfolio_ledger_post(
                p_account_db_key, 'BUY', p_session, -(v_amount + p_commission), v_asset_code, p_quantity,
                v_amount + p_commission, p_price, p_commission, 0, p_order_id, p_broker_fill_id
            );
        ELSE
            UPDATE table_user_portfolios
               SET reserved_quantity = reserved_quantity - p_quantity, last_updated = v_now
             WHERE account_db_key = p_account_db_key AND asset_code = v_asset_code;
            SELECT quantity, book_cost INTO v_held, v_book_cost
              FROM table_user_portfolios
             WHERE account_db_key = p_account_db_key AND asset_code = v_asset_code;
            SET v_cost = IF(p_quantity = v_held, v_book_cost, ROUND(v_book_cost * p_quantity / v_held, 6));
            CALL fp_portfolio_ledger_post(
                p_account_db_key, 'SELL', p_session, v_amount - p_commission, v_asset_code, -p_quantity, -v_cost, p_price,
                p_commission, v_amount - p_commission - v_cost, p_order_id, p_broker_fill_id
            );
        END IF;

        SET v_state = IF(p_quantity = v_left, 'filled', 'partially_filled');
        UPDATE table_user_orders
           SET state = v_state,
               filled_quantity = filled_quantity + p_quantity,
               filled_amount = filled_amount + v_amount,
               commission = commission + p_commission,
               last_fill_session = p_session,
               reserved_cash = reserved_cash - v_released_cash,
               reserved_quantity = reserved_quantity - IF(v_side = 'SELL', p_quantity, 0),
               updated_at = v_now,
               ended_at = IF(v_state = 'filled', v_now, NULL)
         WHERE order_id = p_order_id;
    END IF;

    SELECT v_state AS state, v_is_new AS is_new;
END;
