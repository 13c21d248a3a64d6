-- The latest bar of each symbol that has one, with the close of the session before in shares of the latest.
-- Parameters: p_symbols is a JSON array of symbols; NULL is every symbol.
-- Result: symbol, company_name, exchange, currency, session, close, volume, previous_close, by symbol.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_quotes_get(
    IN p_symbols JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT s.symbol, s.company_name, s.exchange, s.currency, b.session, b.close, b.volume,
           CAST(ROUND(p.close / COALESCE(t.ratio, 1), 6) AS DECIMAL(19, 6)) AS previous_close
      FROM ( -- DISTINCT: each date is found once; merged into the joins they were found again for every bar
            SELECT DISTINCT l.symbol, l.company_name, l.exchange, l.currency, l.session,
                   (SELECT MAX(m.session)
                      FROM table_market_bars m
                     WHERE m.symbol = l.symbol AND m.session < l.session) AS previous_session
              FROM (
                    SELECT DISTINCT q.symbol, q.company_name, q.exchange, q.currency,
                           (SELECT MAX(m.session) FROM table_market_bars m WHERE m.symbol = q.symbol) AS session
                      FROM table_market_symbols q
                     WHERE p_symbols IS NULL
                        OR q.symbol IN (
                            SELECT w.symbol
                              FROM JSON_TABLE(p_symbols, '$[*]' COLUMNS (
                                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
                                   )) AS w
                           )
                   ) AS l
           ) AS s
      JOIN table_market_bars b ON b.symbol = s.symbol AND b.session = s.session
      LEFT JOIN table_market_bars p ON p.symbol = s.symbol AND p.session = s.previous_session
      LEFT JOIN table_market_splits t ON t.symbol = s.symbol AND t.session = s.session
     ORDER BY s.symbol;
END;
