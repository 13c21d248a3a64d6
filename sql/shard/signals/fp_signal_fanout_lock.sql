-- Locks this shard's fan-out progress until the caller's transaction ends: one worker at a time, where the last ended.
-- Result: signal_seq, upto_seq, account_db_key (see the model SignalFanout).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_fanout_lock()
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_signal_fanout (name) VALUES ('signals') ON DUPLICATE KEY UPDATE name = 'signals';
    SELECT signal_seq, upto_seq, account_db_key FROM table_signal_fanout WHERE name = 'signals' FOR UPDATE;
END;
