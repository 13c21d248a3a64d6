-- Stores many steps of the platform's own filters (account 0). Repeating it makes no second row.
-- Parameters: p_steps is a JSON array of {ticker, timestamp, state_vector_x, covariance_matrix_p, step_count,
-- trading_signal, market_data, performance_metrics}.
-- Result: inserted rows.
-- Errors: 31205 kalman_step_taken (another observation has one of these steps already), 31206 kalman_state_invalid.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_history_insert_batch(
    IN p_steps JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_wrong INT UNSIGNED;
    DECLARE v_inserted INT UNSIGNED;

    SELECT COUNT(*) INTO v_wrong
      FROM JSON_TABLE(p_steps, '$[*]' COLUMNS (
               state_vector_x JSON PATH '$.state_vector_x',
               covariance_matrix_p JSON PATH '$.covariance_matrix_p'
           )) AS s
     WHERE NOT fn_kalman_state_is_sound(s.state_vector_x, s.covariance_matrix_p);
    IF v_wrong > 0 THEN
        SIGNAL SQLSTATE '45000'
            SET MYSQL_ERRNO = 31206, MESSAGE_TEXT = 'no state of 5 with a symmetric positive definite covariance';
    END IF;

    INSERT INTO table_kalman_history (
        ticker, account_db_key, timestamp, state_vector_x, covariance_matrix_p, step_count, trading_signal,
        market_data, performance_metrics, created_at
    )
    SELECT s.ticker, 0, s.timestamp, s.state_vector_x, s.covariance_matrix_p, s.step_count, s.trading_signal,
           s.market_data, s.performance_metrics, v_now
      FROM JSON_TABLE(p_steps, '$[*]' COLUMNS (
               ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.ticker',
               timestamp DATETIME(6) PATH '$.timestamp',
               state_vector_x JSON PATH '$.state_vector_x',
               covariance_matrix_p JSON PATH '$.covariance_matrix_p',
               step_count INT UNSIGNED PATH '$.step_count',
               trading_signal VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.trading_signal',
               market_data JSON PATH '$.market_data',
               performance_metrics JSON PATH '$.performance_metrics'
           )) AS s
    ON DUPLICATE KEY UPDATE table_kalman_history.idx = table_kalman_history.idx;
    SET v_inserted = ROW_COUNT();

    SELECT COUNT(*) INTO v_wrong
      FROM JSON_TABLE(p_steps, '$[*]' COLUMNS (
               ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.ticker',
               timestamp DATETIME(6) PATH '$.timestamp',
               step_count INT UNSIGNED PATH '$.step_count'
           )) AS s
      STRAIGHT_JOIN table_kalman_history h
        ON h.ticker = s.ticker AND h.account_db_key = 0 AND h.step_count = s.step_count
     WHERE h.timestamp <> s.timestamp;
    IF v_wrong > 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31205, MESSAGE_TEXT = 'another observation has one of these steps';
    END IF;

    SELECT v_inserted AS inserted;
END;
