-- Compares the ledger with itself, with balances and positions, and with the orders, for the next accounts in key order.
-- Reads one snapshot per statement: run inside REPEATABLE READ, or on a shard at rest, to see all of one moment.
-- Parameters: p_after_account_db_key is the last account that was looked at, p_upto_account_db_key the last one to look at.
-- Result: account_db_key, finding (a word), detail; no row where all is well.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_ledger_check(
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_upto_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT found.account_db_key, found.finding, found.detail
      FROM (
            -- Each row continues the one before it: number, cash, currency.
            SELECT c.account_db_key, 'entry_breaks_chain' AS finding, CONCAT('entry ', c.entry_no) AS detail
              FROM (
                    SELECT l.account_db_key, l.entry_no, l.cash_change, l.cash_after,
                           ROW_NUMBER() OVER (PARTITION BY l.account_db_key ORDER BY l.entry_no) AS expected_no,
                           SUM(l.cash_change) OVER (PARTITION BY l.account_db_key ORDER BY l.entry_no) AS cash_sum
                      FROM table_user_ledger l
                     WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
                   ) AS c
             WHERE c.entry_no <> c.expected_no OR c.cash_after <> c.cash_sum
            UNION ALL
            -- The same for what it says of an asset.
            SELECT c.account_db_key, 'asset_breaks_chain', CONCAT('entry ', c.entry_no, ' ', c.asset_code)
              FROM (
                    SELECT l.account_db_key, l.entry_no, l.asset_code, l.quantity_after, l.cost_after,
                           SUM(l.quantity_change) OVER (PARTITION BY l.account_db_key, l.asset_code ORDER BY l.entry_no)
                               AS quantity_sum,
                           SUM(l.cost_change) OVER (PARTITION BY l.account_db_key, l.asset_code ORDER BY l.entry_no)
                               AS cost_sum
                      FROM table_user_ledger l
                     WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
                   ) AS c
             WHERE c.quantity_after <> c.quantity_sum OR c.cost_after <> c.cost_sum
            UNION ALL
            -- A fill's cash is its price, its quantity and its commission.
            SELECT l.account_db_key, 'fill_amount', CONCAT('entry ', l.entry_no)
              FROM table_user_ledger l
             WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
               AND l.entry_type IN ('BUY', 'SELL')
               AND l.cash_change <> IF(l.entry_type = 'SELL', 1, -1) * TRUNCATE(ABS(l.quantity_change) * l.price, 6)
                                    - l.commission
            UNION ALL
            SELECT a.account_db_key, 'balance', CONCAT(a.balance, ' is not ', COALESCE(s.cash, 0))
              FROM table_user_accounts a
              LEFT JOIN (
                    SELECT l.account_db_key, SUM(l.cash_change) AS cash, MAX(l.entry_no) AS entry_no
                      FROM table_user_ledger l
                     WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
                     GROUP BY l.account_db_key
                   ) AS s ON s.account_db_key = a.account_db_key
             WHERE a.account_db_key > p_after_account_db_key AND a.account_db_key <= p_upto_account_db_key
               AND (a.balance <> COALESCE(s.cash, 0) OR a.entry_no <> COALESCE(s.entry_no, 0))
            UNION ALL
            SELECT p.account_db_key, 'position', CONCAT(p.asset_code, ': ', p.quantity, ' is not ', COALESCE(s.quantity, 0))
              FROM table_user_portfolios p
              LEFT JOIN (
                    SELECT l.account_db_key, l.asset_code, SUM(l.quantity_change) AS quantity, SUM(l.cost_change) AS cost
                      FROM table_user_ledger l
                     WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
                     GROUP BY l.account_db_key, l.asset_code
                   ) AS s ON s.account_db_key = p.account_db_key AND s.asset_code = p.asset_code
             WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= p_upto_account_db_key
               AND (p.quantity <> COALESCE(s.quantity, 0) OR p.book_cost <> COALESCE(s.cost, 0))
            UNION ALL
            -- Entries of an account or asset that has no row of its own.
            SELECT DISTINCT l.account_db_key, 'orphan', CONCAT('asset ''', l.asset_code, '''')
              FROM table_user_ledger l
              LEFT JOIN table_user_accounts a ON a.account_db_key = l.account_db_key
              LEFT JOIN table_user_portfolios p
                ON p.account_db_key = l.account_db_key AND p.asset_code = l.asset_code
             WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
               AND (a.account_db_key IS NULL OR (l.asset_code <> '' AND p.portfolio_id IS NULL))
            UNION ALL
            -- What is reserved is reserved by open orders.
            SELECT a.account_db_key, 'reserved_cash', CONCAT(a.reserved, ' is not ', COALESCE(s.reserved_cash, 0))
              FROM table_user_accounts a
              LEFT JOIN (
                    SELECT o.account_db_key, SUM(o.reserved_cash) AS reserved_cash
                      FROM table_user_orders o
                     WHERE o.account_db_key > p_after_account_db_key AND o.account_db_key <= p_upto_account_db_key
                     GROUP BY o.account_db_key
                   ) AS s ON s.account_db_key = a.account_db_key
             WHERE a.account_db_key > p_after_account_db_key AND a.account_db_key <= p_upto_account_db_key
               AND a.reserved <> COALESCE(s.reserved_cash, 0)
            UNION ALL
            SELECT p.account_db_key, 'reserved_quantity',
                   CONCAT(p.asset_code, ': ', p.reserved_quantity, ' is not ', COALESCE(s.reserved_quantity, 0))
              FROM table_user_portfolios p
              LEFT JOIN (
                    SELECT o.account_db_key, o.asset_code, SUM(o.reserved_quantity) AS reserved_quantity
                      FROM table_user_orders o
                     WHERE o.account_db_key > p_after_account_db_key AND o.account_db_key <= p_upto_account_db_key
                     GROUP BY o.account_db_key, o.asset_code
                   ) AS s ON s.account_db_key = p.account_db_key AND s.asset_code = p.asset_code
             WHERE p.account_db_key > p_after_account_db_key AND p.account_db_key <= p_upto_account_db_key
               AND p.reserved_quantity <> COALESCE(s.reserved_quantity, 0)
            UNION ALL
            -- What an order says was filled is in the ledger.
            SELECT o.account_db_key, 'order_fills', HEX(o.order_id)
              FROM table_user_orders o
              LEFT JOIN (
                    SELECT l.order_id, SUM(ABS(l.quantity_change)) AS quantity, SUM(l.commission) AS commission
                      FROM table_user_ledger l
                     WHERE l.account_db_key > p_after_account_db_key AND l.account_db_key <= p_upto_account_db_key
                       AND l.order_id IS NOT NULL
                     GROUP BY l.order_id
                   ) AS s ON s.order_id = o.order_id
             WHERE o.account_db_key > p_after_account_db_key AND o.account_db_key <= p_upto_account_db_key
               AND (o.filled_quantity <> COALESCE(s.quantity, 0) OR o.commission <> COALESCE(s.commission, 0))
           ) AS found
     ORDER BY found.account_db_key, found.finding, found.detail;
END;
