-- Bars that were corrected or came late, in the order of their changes.
-- Parameters: changes later than p_after_seq and not later than p_upto_seq.
-- Result: symbol, session.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_revised_get(
    IN p_after_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT symbol, session
      FROM table_market_bars
     WHERE change_seq > p_after_seq AND change_seq <= p_upto_seq AND revision > 0
     ORDER BY symbol, session;
END;
