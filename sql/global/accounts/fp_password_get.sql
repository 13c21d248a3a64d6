-- What is needed before a password can be changed; changes nothing.
-- Parameters: p_limit is how many passwords before the present one are given.
-- Result: account_id, nickname, email, password_hash: the present one first, then those before it.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_password_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_id, nickname, email, password_hash, 0 AS is_former, 0 AS history_id
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
     UNION ALL
    SELECT '', '', '', h.old_password_hash, 1, h.id
      FROM (
            SELECT id, old_password_hash
              FROM table_password_history
             WHERE account_db_key = p_account_db_key
             ORDER BY id DESC
             LIMIT p_limit
           ) AS h
     ORDER BY is_former, history_id DESC;
END;
