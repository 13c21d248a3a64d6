-- The number of the newest change of any bar.
-- Result: change_seq, 0 without any.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_change_latest()
SQL SECURITY INVOKER
BEGIN
    SELECT COALESCE(MAX(change_seq), 0) AS change_seq FROM table_market_bars;
END;
