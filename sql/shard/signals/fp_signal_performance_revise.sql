-- Judges signals again whose bars were corrected, for the next accounts in key order: where a number differs, the judgement
-- as it was is kept in table_signal_revisions and the row gets the new one and the next revision. Only what was judged
-- before is judged again; repeating it changes nothing.
-- Parameters: p_outcomes is a JSON array of {symbol, session, signal_price, price_1, ratio_1, price_3, ratio_3, price_5,
-- ratio_5, highest, lowest}, see fp_signal_performance_evaluate; p_after_account_db_key is the last account done; p_limit
-- is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; evaluated rows that changed.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_performance_revise(
    IN p_outcomes JSON,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
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
                ON h.horizon IN (1, 3, 5) AND h.symbol = o.symbol AND h.session = o.session
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
                    ON h.horizon IN (1, 3, 5) AND h.symbol = o.symbol AND h.session = o.session
                 WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
                 ORDER BY h.account_db_key
               ) AS n
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
           LOCK IN SHARE MODE;

        INSERT INTO table_signal_revisions (
            signal_id, revision, account_db_key, horizon, signal_price, price_after_1d, profit_rate, is_win,
            evaluated_at, price_after_3d, profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate,
            replaced_at
        )
        SELECT h.signal_id, h.revision, h.account_db_key, h.horizon, h.signal_price, h.price_after_1d, h.profit_rate,
               h.is_win, h.evaluated_at, h.price_after_3d, h.profit_rate_3d, h.price_after_5d, h.profit_rate_5d,
               h.best_rate, h.worst_rate, v_now
          FROM (
                SELECT p.signal_id, o.signal_price, o.price_1, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_1 * o.ratio_1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))) AS rate_1,
                       IF(p.horizon >= 3, o.price_3, NULL) AS price_3,
                       IF(p.horizon >= 3, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_3 * o.ratio_3 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS rate_3,
                       IF(p.horizon >= 5, o.price_5, NULL) AS price_5,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_5 * o.ratio_5 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS rate_5,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.highest, o.lowest) * 1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS best,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.lowest, o.highest) * 1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS worst
                  FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session',
                           signal_price DECIMAL(19, 6) PATH '$.signal_price',
                           price_1 DECIMAL(19, 6) PATH '$.price_1', ratio_1 DECIMAL(19, 6) PATH '$.ratio_1',
                           price_3 DECIMAL(19, 6) PATH '$.price_3', ratio_3 DECIMAL(19, 6) PATH '$.ratio_3',
                           price_5 DECIMAL(19, 6) PATH '$.price_5', ratio_5 DECIMAL(19, 6) PATH '$.ratio_5',
                           highest DECIMAL(19, 6) PATH '$.highest', lowest DECIMAL(19, 6) PATH '$.lowest'
                       )) AS o
                  JOIN table_signal_history p
                    ON p.horizon > 0 AND p.symbol = o.symbol AND p.session = o.session
                  JOIN table_account_residence r ON r.account_db_key = p.account_db_key AND r.state = 'active'
                 WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= v_upto
               ) AS j
          JOIN table_signal_history h ON h.signal_id = j.signal_id
         WHERE NOT (h.signal_price <=> j.signal_price AND h.price_after_1d <=> j.price_1 AND h.profit_rate <=> j.rate_1
               AND h.price_after_3d <=> j.price_3 AND h.profit_rate_3d <=> j.rate_3
               AND h.price_after_5d <=> j.price_5 AND h.profit_rate_5d <=> j.rate_5
               AND h.best_rate <=> j.best AND h.worst_rate <=> j.worst);
        SET v_evaluated = ROW_COUNT();

        UPDATE table_signal_history h
          JOIN (
                SELECT p.signal_id, o.signal_price, o.price_1, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_1 * o.ratio_1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))) AS rate_1,
                       IF(p.horizon >= 3, o.price_3, NULL) AS price_3,
                       IF(p.horizon >= 3, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_3 * o.ratio_3 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS rate_3,
                       IF(p.horizon >= 5, o.price_5, NULL) AS price_5,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (o.price_5 * o.ratio_5 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS rate_5,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.highest, o.lowest) * 1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS best,
                       IF(p.horizon >= 5, LEAST(9999.999999, GREATEST(-9999.999999, ROUND(
                           (IF(p.signal_type = 'BUY', o.lowest, o.highest) * 1 - o.signal_price) / o.signal_price * 100
                               * IF(p.signal_type = 'BUY', 1, -1), 6
                       ))), NULL) AS worst
                  FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session',
                           signal_price DECIMAL(19, 6) PATH '$.signal_price',
                           price_1 DECIMAL(19, 6) PATH '$.price_1', ratio_1 DECIMAL(19, 6) PATH '$.ratio_1',
                           price_3 DECIMAL(19, 6) PATH '$.price_3', ratio_3 DECIMAL(19, 6) PATH '$.ratio_3',
                           price_5 DECIMAL(19, 6) PATH '$.price_5', ratio_5 DECIMAL(19, 6) PATH '$.ratio_5',
                           highest DECIMAL(19, 6) PATH '$.highest', lowest DECIMAL(19, 6) PATH '$.lowest'
                       )) AS o
                  JOIN table_signal_history p
                    ON p.horizon > 0 AND p.symbol = o.symbol AND p.session = o.session
                  JOIN table_account_residence r ON r.account_db_key = p.account_db_key AND r.state = 'active'
                 WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= v_upto
               ) AS j ON j.signal_id = h.signal_id
           SET h.revision = h.revision + 1,
               h.signal_price = j.signal_price,
               h.price_after_1d = j.price_1, h.profit_rate = j.rate_1, h.is_win = j.rate_1 >= 1.0,
               h.evaluated_at = v_now,
               h.price_after_3d = j.price_3, h.profit_rate_3d = j.rate_3,
               h.price_after_5d = j.price_5, h.profit_rate_5d = j.rate_5,
               h.best_rate = j.best, h.worst_rate = j.worst
         WHERE NOT (h.signal_price <=> j.signal_price AND h.price_after_1d <=> j.price_1 AND h.profit_rate <=> j.rate_1
               AND h.price_after_3d <=> j.price_3 AND h.profit_rate_3d <=> j.rate_3
               AND h.price_after_5d <=> j.price_5 AND h.profit_rate_5d <=> j.rate_5
               AND h.best_rate <=> j.best AND h.worst_rate <=> j.worst);
    END IF;

    SELECT IF(v_accounts < p_limit, NULL, v_upto) AS upto_account_db_key, v_evaluated AS evaluated;
END;
