-- Accounts whose grace period has ended and whose data is still there, the next in order of their keys; changes nothing.
-- Result: account_db_key.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_accounts_to_erase(
    IN p_grace_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_db_key
      FROM table_accountid
     WHERE account_status IN ('Normal', 'Blocked', 'Suspended', 'Withdrawn')
       AND withdraw_time <= UTC_TIMESTAMP(6) - INTERVAL p_grace_seconds SECOND
     ORDER BY withdraw_time, account_db_key
     LIMIT p_limit;
END;
