-- Locks a piece of work's progress with the bars' changes until the caller's transaction ends: one worker at a time,
-- where the last ended.
-- Result: change_seq, upto_seq, symbol (see the model MarketProgress).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_progress_lock(
    IN p_name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_market_progress (name) VALUES (p_name) ON DUPLICATE KEY UPDATE name = p_name;
    SELECT change_seq, upto_seq, symbol FROM table_market_progress WHERE name = p_name FOR UPDATE;
END;
