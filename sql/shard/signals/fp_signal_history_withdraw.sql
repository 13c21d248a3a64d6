-- Takes the history rows of signals back that the market withdrew, or reinstates them, for the next accounts in key order.
-- What was judged is kept in table_signal_revisions and the row gets the next revision; a reinstated row waits to be judged
-- anew. Repeating it changes nothing.
-- Parameters: p_signals is a JSON array of {signal_id (the market's, 32 hex digits), is_withdrawn (1 or 0)};
-- p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; evaluated rows that changed.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_withdraw(
    IN p_signals JSON,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_held, v_accounts, v_locked INT UNSIGNED;

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT MAX(n.account_db_key), COUNT(*), COUNT(r.account_db_key) INTO v_upto, v_accounts, v_held
      FROM (
            SELECT DISTINCT h.account_db_key
              FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
                       signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id'
                   )) AS t
              JOIN table_signal_history h ON h.market_signal_id = UNHEX(t.signal_id)
             WHERE h.account_db_key > p_after_account_db_key
             ORDER BY h.account_db_key
             LIMIT p_limit
           ) AS n
      LEFT JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    -- Before the judgements are copied: one that came in between would be lost.
    SELECT COUNT(*) INTO v_locked
      FROM (
            SELECT DISTINCT UNHEX(t.signal_id) AS market_signal_id
              FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
                       signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id'
                   )) AS t
           ) AS n
      STRAIGHT_JOIN table_signal_history h ON h.market_signal_id = n.market_signal_id
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
       FOR UPDATE;

    INSERT INTO table_signal_revisions (
        signal_id, revision, account_db_key, horizon, signal_price, price_after_1d, profit_rate, is_win, evaluated_at,
        price_after_3d, profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, replaced_at
    )
    SELECT h.signal_id, h.revision, h.account_db_key, h.horizon, h.signal_price, h.price_after_1d, h.profit_rate,
           h.is_win, h.evaluated_at, h.price_after_3d, h.profit_rate_3d, h.price_after_5d, h.profit_rate_5d,
           h.best_rate, h.worst_rate, v_now
      FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
               signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id',
               is_withdrawn TINYINT PATH '$.is_withdrawn'
           )) AS t
      STRAIGHT_JOIN table_signal_history h ON h.market_signal_id = UNHEX(t.signal_id)
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
       AND t.is_withdrawn = 1 AND h.withdrawn_at IS NULL AND h.evaluated_at IS NOT NULL;

    -- 9 is the horizon of what waits for no judgement (models.history.WITHDRAWN).
    UPDATE JSON_TABLE(p_signals, '$[*]' COLUMNS (
               signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id',
               is_withdrawn TINYINT PATH '$.is_withdrawn'
           )) AS t
      STRAIGHT_JOIN table_signal_history h ON h.market_signal_id = UNHEX(t.signal_id)
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = h.account_db_key AND r.state = 'active'
       SET h.revision = h.revision + (h.evaluated_at IS NOT NULL),
           h.withdrawn_at = IF(t.is_withdrawn, v_now, NULL),
           h.horizon = IF(t.is_withdrawn, 9, 0),
           h.price_after_1d = NULL, h.profit_rate = NULL, h.is_win = NULL, h.evaluated_at = NULL,
           h.price_after_3d = NULL, h.profit_rate_3d = NULL, h.price_after_5d = NULL, h.profit_rate_5d = NULL,
           h.best_rate = NULL, h.worst_rate = NULL
     WHERE h.account_db_key > p_after_account_db_key AND h.account_db_key <= v_upto
       AND (h.withdrawn_at IS NULL) = t.is_withdrawn;

    SELECT IF(v_accounts < p_limit, NULL, v_upto) AS upto_account_db_key, ROW_COUNT() AS evaluated;
END;
