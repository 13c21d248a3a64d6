-- Judges signals by the close one, three or five trading sessions later, for the next accounts in key order. Each
-- judgement is made once: repeating it changes nothing. Rates are percent, signed by direction; a win is at least 1.0 after
-- one session.
-- Parameters: p_outcomes is a JSON array of {symbol, session, price, split_ratio (new shares for one old share between the
-- two closes), highest, lowest (of the sessions between, in terms of the signal's shares)}; p_horizon is 1, 3 or 5;
-- p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; evaluated rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_performance_evaluate(
    IN p_outcomes JSON,
    IN p_horizon SMALLINT UNSIGNED,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_before SMALLINT UNSIGNED DEFAULT CASE p_horizon WHEN 5 THEN 3 WHEN 3 THEN 1 ELSE 0 END;
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_held, v_accounts INT UNSIGNED;
    DECLARE v_evaluated INT UNSIGNED DEFAULT 0;

    SELECT MAX(n.account_db_key), COUNT(*) INTO v_upto, v_accounts
      FROM (
            SELECT DISTINCT h.account_db_key
              FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session'
                   )) AS o
              JOIN table_signal_history h
                ON h.horizon = v_before AND h.symbol = o.symbol AND h.session = o.session
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
                    ON h.horizon = v_before AND h.symbol = o.symbol AND h.session = o.session
                 WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
                 ORDER BY h.account_db_key
               ) AS n
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
           LOCK IN SHARE MODE;

        UPDATE table_signal_history h
          JOIN (
                SELECT p.signal_id, o.price,
                       LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price * o.split_ratio - p.signal_price) / p.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))) AS rate,
                       LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.highest, o.lowest) * 1 - p.signal_price) / p.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))) AS best,
                       LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.lowest, o.highest) * 1 - p.signal_price) / p.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))) AS worst
                  FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session',
                           price DECIMAL(19, 6) PATH '$.price',
                           split_ratio DECIMAL(19, 6) PATH '$.split_ratio',
                           highest DECIMAL(19, 6) PATH '$.highest',
                           lowest DECIMAL(19, 6) PATH '$.lowest'
                       )) AS o
                  JOIN table_signal_history p
                    ON p.horizon = v_before AND p.symbol = o.symbol AND p.session = o.session
                  JOIN table_account_residence r ON r.account_db_key = p.account_db_key AND r.state = 'active'
                 WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= v_upto
               ) AS judged ON judged.signal_id = h.signal_id
           SET h.price_after_1d = IF(p_horizon = 1, judged.price, h.price_after_1d),
               h.profit_rate = IF(p_horizon = 1, judged.rate, h.profit_rate),
               h.is_win = IF(p_horizon = 1, judged.rate >= 1.0, h.is_win),
               h.evaluated_at = IF(p_horizon = 1, v_now, h.evaluated_at),
               h.price_after_3d = IF(p_horizon = 3, judged.price, h.price_after_3d),
               h.profit_rate_3d = IF(p_horizon = 3, judged.rate, h.profit_rate_3d),
               h.price_after_5d = IF(p_horizon = 5, judged.price, h.price_after_5d),
               h.profit_rate_5d = IF(p_horizon = 5, judged.rate, h.profit_rate_5d),
               h.best_rate = IF(p_horizon = 5, judged.best, h.best_rate),
               h.worst_rate = IF(p_horizon = 5, judged.worst, h.worst_rate),
               h.horizon = p_horizon
         WHERE h.horizon = v_before;
        SET v_evaluated = ROW_COUNT();
    END IF;

    SELECT IF(v_accounts < p_limit, NULL, v_upto) AS upto_account_db_key, v_evaluated AS evaluated;
END;
