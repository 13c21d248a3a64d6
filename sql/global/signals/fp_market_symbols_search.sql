-- Symbols whose code or company name starts with, or whose name contains, what the user typed.
-- Parameters: p_pattern is the text as typed, with LIKE's wildcards escaped by the caller.
-- Result: symbol, company_name, exchange, currency.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_symbols_search(
    IN p_pattern VARCHAR(200),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT symbol, company_name, exchange, currency
      FROM table_market_symbols
     WHERE symbol LIKE CONCAT(UPPER(p_pattern), '%') OR company_name LIKE CONCAT('%', p_pattern, '%')
     ORDER BY symbol
     LIMIT p_limit;
END;
