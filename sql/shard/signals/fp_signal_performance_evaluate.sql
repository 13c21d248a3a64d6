-- Judges signals by the close one trading session later, for the next accounts in key order. A signal is judged once:
-- repeating it changes nothing. profit_rate is percent, signed by direction; a win is at least 1.0.
-- Parameters: p_outcomes is a JSON array of {symbol, session, price_after_1d, split_ratio (new shares for one old share
-- between the two closes)}; p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none was left; evaluated rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_performance_evaluate(
    IN p_outcomes JSON,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_held INT UNSIGNED;
    DECLARE v_evaluated INT UNSIGNED DEFAULT 0;

    SELECT MAX(n.account_db_key) INTO v_upto
      FROM (
            SELECT DISTINCT h.account_db_key
              FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session'
                   )) AS o
              JOIN table_signal_history h
                ON h.evaluated_at IS NULL AND h.symbol = o.symbol AND h.session = o.session
             WHERE h.account_db_key > p_after_account_db_key
             ORDER BY h.account_db_key
             LIMIT p_limit
           ) AS n;

    IF v_upto IS NOT NULL THEN
        SELECT COUNT(*) INTO v_held
          FROM (
                SELECT DISTINCT h.account_db_key
                  FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session'
                       )) AS o
                  JOIN table_signal_history h
                    ON h.evaluated_at IS NULL AND h.symbol = o.symbol AND h.session = o.session
                 WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
                 ORDER BY h.account_db_key
               ) AS n
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
           LOCK IN SHARE MODE;

        UPDATE table_signal_history h
          JOIN (
                SELECT p.signal_id, o.price_after_1d,
                       ROUND(
                           (o.price_after_1d * o.split_ratio - p.signal_price) / p.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ) AS profit_rate
                  FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session',
                           price_after_1d DECIMAL(19, 6) PATH '$.price_after_1d',
                           split_ratio DECIMAL(19, 6) PATH '$.split_ratio'
                       )) AS o
                  JOIN table_signal_history p
                    ON p.evaluated_at IS NULL AND p.symbol = o.symbol AND p.session = o.session
                  JOIN table_account_residence r ON r.account_db_key = p.account_db_key AND r.state = 'active'
                 WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= v_upto
               ) AS judged ON judged.signal_id = h.signal_id
           SET h.price_after_1d = judged.price_after_1d,
               h.profit_rate = judged.profit_rate,
               h.is_win = judged.profit_rate >= 1.0,
               h.evaluated_at = v_now
         WHERE h.evaluated_at IS NULL;
        SET v_evaluated = ROW_COUNT();
    END IF;

    SELECT v_upto AS upto_account_db_key, v_evaluated AS evaluated;
END;
