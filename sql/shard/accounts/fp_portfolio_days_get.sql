-- What an account's ledger changed on each session, asset by asset.
-- Result: session, asset_code (empty: cash alone), cash_change, quantity_change, paid_in (the part of cash_change that was no
-- trade), by session and asset.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_days_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT session, asset_code, SUM(cash_change) AS cash_change, SUM(quantity_change) AS quantity_change,
           SUM(IF(entry_type = 'OPENING', cash_change, 0)) AS paid_in
      FROM table_user_ledger
     WHERE account_db_key = p_account_db_key
     GROUP BY session, asset_code
     ORDER BY session, asset_code;
END;
