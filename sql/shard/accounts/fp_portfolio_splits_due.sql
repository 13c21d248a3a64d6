-- The accounts that hold shares from before a split which their ledger does not have yet.
-- Parameters: p_splits is a JSON array of {symbol, session, ratio (new shares for one old)}; p_limit rows at most.
-- Result: account_db_key, asset_code, session, ratio, the oldest split first.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_splits_due(
    IN p_splits JSON,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT p.account_db_key, p.asset_code, s.session, s.ratio
      FROM JSON_TABLE(p_splits, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               ratio DECIMAL(19, 6) PATH '$.ratio'
           )) AS s
      JOIN table_user_portfolios p ON p.asset_code = s.symbol AND p.quantity > 0
     WHERE (
            SELECT IF(
                       SUM(l.entry_type = 'SPLIT' AND l.session = s.session) > 0,
                       0,
                       SUM(IF(l.session < s.session, l.quantity_change, 0))
                   )
              FROM table_user_ledger l FORCE INDEX (ix_ledger_asset)
             WHERE l.account_db_key = p.account_db_key AND l.asset_code = p.asset_code
           ) > 0
     ORDER BY s.session, p.account_db_key
     LIMIT p_limit;
END;
