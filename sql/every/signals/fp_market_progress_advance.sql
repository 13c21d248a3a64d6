-- Records how far a piece of work came with the bars' changes, in the transaction of the batch.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_progress_advance(
    IN p_name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_change_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_market_progress
       SET change_seq = p_change_seq, upto_seq = p_upto_seq, symbol = p_symbol
     WHERE name = p_name;
END;
