-- Appends one row to an account's ledger and brings balance and position to what it says: the only way in which either
-- changes. The caller holds the account's residence; it has taken back what was reserved for this change.
-- Parameters: the row's columns; p_asset_code is empty where cash alone changes; p_broker_fill_id and p_order_id are NULL
-- where it is no fill.
-- Errors: 31160 cash_account_missing, 31169 ledger_entry_wrong (by the ledger's trigger), 1062 for a fill that is there.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_ledger_post(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_entry_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_session DATE,
    IN p_cash_change DECIMAL(19, 6),
    IN p_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_quantity_change DECIMAL(19, 6),
    IN p_cost_change DECIMAL(19, 6),
    IN p_price DECIMAL(19, 6),
    IN p_commission DECIMAL(19, 6),
    IN p_realized_profit DECIMAL(19, 6),
    IN p_order_id BINARY(16),
    IN p_broker_fill_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_balance DECIMAL(19, 6);
    DECLARE v_entry_no BIGINT UNSIGNED;
    DECLARE v_currency_code VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_quantity DECIMAL(19, 6);
    DECLARE v_book_cost DECIMAL(19, 6);

    SELECT balance + p_cash_change, entry_no + 1, currency_code INTO v_balance, v_entry_no, v_currency_code
      FROM table_user_accounts
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_entry_no IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31160, MESSAGE_TEXT = 'there is no cash account yet';
    END IF;

    IF p_asset_code <> '' THEN
        SELECT quantity + p_quantity_change, book_cost + p_cost_change INTO v_quantity, v_book_cost
          FROM table_user_portfolios
         WHERE account_db_key = p_account_db_key AND asset_code = p_asset_code
           FOR UPDATE;
        IF v_quantity IS NULL THEN
            SET v_quantity = p_quantity_change, v_book_cost = p_cost_change;
            INSERT INTO table_user_portfolios (account_db_key, asset_code, currency_code, last_updated)
            VALUES (p_account_db_key, p_asset_code, v_currency_code, v_now);
        END IF;
    END IF;

    INSERT INTO table_user_ledger (
        account_db_key, entry_no, entry_type, session, currency_code, cash_change, cash_after, asset_code,
        quantity_change, quantity_after, cost_change, cost_after, price, commission, realized_profit, order_id,
        broker_fill_id, created_at
    ) VALUES (
        p_account_db_key, v_entry_no, p_entry_type, p_session, v_currency_code, p_cash_change, v_balance, p_asset_code,
        p_quantity_change, COALESCE(v_quantity, 0), p_cost_change, COALESCE(v_book_cost, 0), p_price, p_commission,
        p_realized_profit, p_order_id, p_broker_fill_id, v_now
    );

    UPDATE table_user_accounts
       SET balance = v_balance, entry_no = v_entry_no, updated_at = v_now
     WHERE account_db_key = p_account_db_key;

    IF p_asset_code <> '' THEN
        UPDATE table_user_portfolios
           SET quantity = v_quantity,
               book_cost = v_book_cost,
               average_cost = IF(v_quantity = 0, 0, ROUND(v_book_cost / v_quantity, 6)),
               current_value = IF(p_price IS NULL, current_value, ROUND(v_quantity * p_price, 6)),
               last_updated = v_now
         WHERE account_db_key = p_account_db_key AND asset_code = p_asset_code;
    END IF;
END;
