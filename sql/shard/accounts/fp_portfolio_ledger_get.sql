-- The ledger of an account, oldest entry first.
-- Parameters: p_after_entry_no is the last entry that the caller has (0: from the beginning); p_limit rows at most.
-- Result: entry_no, entry_type, session, currency_code, cash_change, cash_after, asset_code, quantity_change,
-- quantity_after, price, commission, realized_profit, order_id, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_ledger_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_after_entry_no BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT entry_no, entry_type, session, currency_code, cash_change, cash_after, asset_code, quantity_change,
           quantity_after, price, commission, realized_profit, order_id, created_at
      FROM table_user_ledger FORCE INDEX (uq_ledger_account_entry)
     WHERE account_db_key = p_account_db_key AND entry_no > p_after_entry_no
     ORDER BY entry_no
     LIMIT p_limit;
END;
