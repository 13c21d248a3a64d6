-- The last of the next accounts in key order, of those that have a cash account or a ledger.
-- Result: upto_account_db_key, NULL when none is left; accounts.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_accounts_page(
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT MAX(n.account_db_key) AS upto_account_db_key, COUNT(*) AS accounts
      FROM (
            SELECT k.account_db_key
              FROM (
                    (SELECT account_db_key FROM table_user_accounts
                      WHERE account_db_key > p_after_account_db_key ORDER BY account_db_key LIMIT p_limit)
                    UNION
                    (SELECT DISTINCT account_db_key FROM table_user_ledger
                      WHERE account_db_key > p_after_account_db_key ORDER BY account_db_key LIMIT p_limit)
                   ) AS k
             ORDER BY k.account_db_key
             LIMIT p_limit
           ) AS n;
END;
