-- What an account holds now.
-- Result: asset_code, asset_type, quantity, reserved_quantity, book_cost, average_cost, current_value, currency_code,
-- last_updated, by asset_code; positions that were sold wholly are left out.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_positions_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT asset_code, asset_type, quantity, reserved_quantity, book_cost, average_cost, current_value, currency_code,
           last_updated
      FROM table_user_portfolios
     WHERE account_db_key = p_account_db_key AND quantity > 0
     ORDER BY asset_code;
END;
