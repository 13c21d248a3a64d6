-- One symbol with its latest bar.
-- Result: symbol, company_name, exchange, currency, session and close of the latest bar (NULL without bars); no row for
-- an unknown symbol.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_symbol_get(
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    SELECT s.symbol, s.company_name, s.exchange, s.currency, b.session, b.close
      FROM table_market_symbols s
      LEFT JOIN table_market_bars b
        ON b.symbol = s.symbol
       AND b.session = (SELECT MAX(m.session) FROM table_market_bars m WHERE m.symbol = s.symbol)
     WHERE s.symbol = p_symbol;
END;
