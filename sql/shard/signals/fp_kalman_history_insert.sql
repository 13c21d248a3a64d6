-- Stores one step of a filter. Repeating it makes no second row: a step is one row of its ticker and account, and the
-- answer is that row's id.
-- Parameters: p_account_db_key is 0 for the platform's own filter; p_state_vector_x five numbers; p_covariance_matrix_p
-- 5 x 5, symmetric and positive definite.
-- Result: result, SUCCESS; idx, the row's id.
-- Errors: 31205 kalman_step_taken (another observation has this step already: read the latest state and go on from
-- there), 31206 kalman_state_invalid (shape, symmetry or positive definiteness), and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_history_insert(
    IN p_ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_timestamp DATETIME(6),
    IN p_state_vector_x JSON,
    IN p_covariance_matrix_p JSON,
    IN p_step_count INT UNSIGNED,
    IN p_trading_signal VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_market_data JSON,
    IN p_performance_metrics JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_idx BIGINT UNSIGNED;
    DECLARE v_timestamp DATETIME(6);

    IF p_account_db_key <> 0 THEN
        CALL fp_account_residence_require(p_account_db_key);
    END IF;
    IF NOT fn_kalman_state_is_sound(p_state_vector_x, p_covariance_matrix_p) THEN
        SIGNAL SQLSTATE '45000'
            SET MYSQL_ERRNO = 31206, MESSAGE_TEXT = 'no state of 5 with a symmetric positive definite covariance';
    END IF;

    INSERT INTO table_kalman_history (
        ticker, account_db_key, timestamp, state_vector_x, covariance_matrix_p, step_count, trading_signal,
        market_data, performance_metrics, created_at
    ) VALUES (
        p_ticker, p_account_db_key, p_timestamp, p_state_vector_x, p_covariance_matrix_p, p_step_count,
        p_trading_signal, p_market_data, p_performance_metrics, UTC_TIMESTAMP(6)
    )
    ON DUPLICATE KEY UPDATE idx = idx;

    SELECT idx, timestamp INTO v_idx, v_timestamp
      FROM table_kalman_history
     WHERE ticker = p_ticker AND account_db_key = p_account_db_key AND step_count = p_step_count;
    IF v_timestamp <> p_timestamp THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31205, MESSAGE_TEXT = 'another observation has this step already';
    END IF;

    SELECT 'SUCCESS' AS result, v_idx AS idx;
END;
