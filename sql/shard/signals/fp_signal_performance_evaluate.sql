-- Judges signals by the close one, three or five trading sessions later, for the next accounts in key order. Each
-- judgement is made once: repeating it changes nothing. A win is at least 1.0 after one session.
-- Parameters: p_outcomes is a JSON array of {symbol, session, signal_price, price, rate, best, worst}: the closes, and what
-- a BUY earned in per cent, then, at best and at worst (signals.rates; of a SELL it is the other way round); p_horizon is 1,
-- 3 or 5; p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
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

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT MAX(n.account_db_key), COUNT(*), COUNT(r.account_db_key) INTO v_upto, v_accounts, v_held
      FROM (
            SELECT DISTINCT h.account_db_key
              FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session'
                   )) AS o
              JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
                ON h.horizon = v_before AND h.symbol = o.symbol AND h.session = o.session
             WHERE h.account_db_key > p_after_account_db_key
             ORDER BY h.account_db_key
             LIMIT p_limit
           ) AS n
      LEFT JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    UPDATE JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               signal_price DECIMAL(19, 6) PATH '$.signal_price',
               price DECIMAL(19, 6) PATH '$.price',
               rate DECIMAL(10, 6) PATH '$.rate',
               best DECIMAL(10, 6) PATH '$.best',
               worst DECIMAL(10, 6) PATH '$.worst'
           )) AS o
      STRAIGHT_JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
        ON h.horizon = v_before AND h.symbol = o.symbol AND h.session = o.session
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
       SET h.signal_price = o.signal_price,
           h.price_after_1d = IF(p_horizon = 1, o.price, h.price_after_1d),
           h.profit_rate = IF(p_horizon = 1, IF(h.signal_type = 'BUY', o.rate, -o.rate), h.profit_rate),
           h.is_win = IF(p_horizon = 1, IF(h.signal_type = 'BUY', o.rate, -o.rate) >= 1.0, h.is_win),
           h.evaluated_at = IF(p_horizon = 1, v_now, h.evaluated_at),
           h.price_after_3d = IF(p_horizon = 3, o.price, h.price_after_3d),
           h.profit_rate_3d = IF(p_horizon = 3, IF(h.signal_type = 'BUY', o.rate, -o.rate), h.profit_rate_3d),
           h.price_after_5d = IF(p_horizon = 5, o.price, h.price_after_5d),
           h.profit_rate_5d = IF(p_horizon = 5, IF(h.signal_type = 'BUY', o.rate, -o.rate), h.profit_rate_5d),
           h.best_rate = IF(p_horizon = 5, IF(h.signal_type = 'BUY', o.best, -o.worst), h.best_rate),
           h.worst_rate = IF(p_horizon = 5, IF(h.signal_type = 'BUY', o.worst, -o.best), h.worst_rate),
           h.horizon = p_horizon
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto;

    SELECT IF(v_accounts < p_limit, NULL, v_upto) AS upto_account_db_key, ROW_COUNT() AS evaluated;
END;
