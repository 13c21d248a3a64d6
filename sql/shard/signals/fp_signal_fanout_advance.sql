-- Records how far the fan-out came, in the transaction of the batch.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_fanout_advance(
    IN p_signal_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED,
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_signal_fanout
       SET signal_seq = p_signal_seq, upto_seq = p_upto_seq, account_db_key = p_account_db_key
     WHERE name = 'signals';
END;
