-- Judges signals again whose bars were corrected, for the next accounts in key order: where a number differs, the judgement
-- as it was is kept in table_signal_revisions and the row gets the new one and the next revision. Only what was judged
-- before is judged again; repeating it changes nothing.
-- Parameters: p_outcomes is a JSON array of {symbol, session, signal_price, price_1, rate_1, price_3, rate_3, price_5,
-- rate_5, best, worst}, see fp_signal_performance_evaluate; p_after_account_db_key is the last account done; p_limit is the
-- largest number of accounts.
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
    DECLARE v_held, v_accounts, v_locked INT UNSIGNED;
    DECLARE v_evaluated INT UNSIGNED DEFAULT 0;

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT MAX(n.account_db_key), COUNT(*), COUNT(r.account_db_key) INTO v_upto, v_accounts, v_held
      FROM (
            SELECT DISTINCT h.account_db_key
              FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session'
                   )) AS o
              JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
                ON h.horizon IN (1, 3, 5) AND h.symbol = o.symbol AND h.session = o.session
             WHERE h.account_db_key > p_after_account_db_key
             ORDER BY h.account_db_key
             LIMIT p_limit
           ) AS n
      LEFT JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    -- Before the judgements are copied: one that came in between would be replaced and not kept.
    SELECT COUNT(*) INTO v_locked
      FROM (
            SELECT DISTINCT o.symbol, o.session
              FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session'
                   )) AS o
           ) AS n
      STRAIGHT_JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
        ON h.horizon IN (1, 3, 5) AND h.symbol = n.symbol AND h.session = n.session
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
       FOR UPDATE;

    INSERT INTO table_signal_revisions (
        signal_id, revision, account_db_key, horizon, signal_price, price_after_1d, profit_rate, is_win, evaluated_at,
        price_after_3d, profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, replaced_at
    )
    SELECT h.signal_id, h.revision, h.account_db_key, h.horizon, h.signal_price, h.price_after_1d, h.profit_rate,
           h.is_win, h.evaluated_at, h.price_after_3d, h.profit_rate_3d, h.price_after_5d, h.profit_rate_5d,
           h.best_rate, h.worst_rate, v_now
      FROM JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               signal_price DECIMAL(19, 6) PATH '$.signal_price',
               price_1 DECIMAL(19, 6) PATH '$.price_1', rate_1 DECIMAL(10, 6) PATH '$.rate_1',
               price_3 DECIMAL(19, 6) PATH '$.price_3', rate_3 DECIMAL(10, 6) PATH '$.rate_3',
               price_5 DECIMAL(19, 6) PATH '$.price_5', rate_5 DECIMAL(10, 6) PATH '$.rate_5',
               best DECIMAL(10, 6) PATH '$.best', worst DECIMAL(10, 6) PATH '$.worst'
           )) AS o
      STRAIGHT_JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
        ON h.horizon IN (1, 3, 5) AND h.symbol = o.symbol AND h.session = o.session
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
       AND NOT (
            h.signal_price <=> o.signal_price AND h.price_after_1d <=> o.price_1
            AND h.profit_rate <=> IF(h.signal_type = 'BUY', o.rate_1, -o.rate_1)
            AND (h.horizon < 3 OR h.price_after_3d <=> o.price_3
                 AND h.profit_rate_3d <=> IF(h.signal_type = 'BUY', o.rate_3, -o.rate_3))
            AND (h.horizon < 5 OR h.price_after_5d <=> o.price_5
                 AND h.profit_rate_5d <=> IF(h.signal_type = 'BUY', o.rate_5, -o.rate_5)
                 AND h.best_rate <=> IF(h.signal_type = 'BUY', o.best, -o.worst)
                 AND h.worst_rate <=> IF(h.signal_type = 'BUY', o.worst, -o.best))
       );

    -- A row whose revision was kept just now: its number moves on here.
    UPDATE JSON_TABLE(p_outcomes, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               signal_price DECIMAL(19, 6) PATH '$.signal_price',
               price_1 DECIMAL(19, 6) PATH '$.price_1', rate_1 DECIMAL(10, 6) PATH '$.rate_1',
               price_3 DECIMAL(19, 6) PATH '$.price_3', rate_3 DECIMAL(10, 6) PATH '$.rate_3',
               price_5 DECIMAL(19, 6) PATH '$.price_5', rate_5 DECIMAL(10, 6) PATH '$.rate_5',
               best DECIMAL(10, 6) PATH '$.best', worst DECIMAL(10, 6) PATH '$.worst'
           )) AS o
      STRAIGHT_JOIN table_signal_history h FORCE INDEX (ix_history_horizon)
        ON h.horizon IN (1, 3, 5) AND h.symbol = o.symbol AND h.session = o.session
      STRAIGHT_JOIN table_signal_revisions v ON v.signal_id = h.signal_id AND v.revision = h.revision
       SET h.revision = h.revision + 1,
           h.signal_price = o.signal_price,
           h.price_after_1d = o.price_1,
           h.profit_rate = IF(h.signal_type = 'BUY', o.rate_1, -o.rate_1),
           h.is_win = IF(h.signal_type = 'BUY', o.rate_1, -o.rate_1) >= 1.0,
           h.evaluated_at = v_now,
           h.price_after_3d = IF(h.horizon < 3, NULL, o.price_3),
           h.profit_rate_3d = IF(h.horizon < 3, NULL, IF(h.signal_type = 'BUY', o.rate_3, -o.rate_3)),
           h.price_after_5d = IF(h.horizon < 5, NULL, o.price_5),
           h.profit_rate_5d = IF(h.horizon < 5, NULL, IF(h.signal_type = 'BUY', o.rate_5, -o.rate_5)),
           h.best_rate = IF(h.horizon < 5, NULL, IF(h.signal_type = 'BUY', o.best, -o.worst)),
           h.worst_rate = IF(h.horizon < 5, NULL, IF(h.signal_type = 'BUY', o.worst, -o.best))
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto;
    SET v_evaluated = ROW_COUNT();

    SELECT IF(v_accounts < p_limit, NULL, v_upto) AS upto_account_db_key, v_evaluated AS evaluated;
END;
