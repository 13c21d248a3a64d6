-- Deliveries of some accounts that wait for their first try, locked: what comes now of the same type by the same channel may
-- go out with them. Urgent ones stay alone.
-- Parameters: p_accounts is a JSON array of account keys.
-- Result: delivery_id, account_db_key, type_id, channel.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_waiting(
    IN p_accounts JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT d.delivery_id, d.account_db_key, d.type_id, d.channel
      FROM (
            SELECT DISTINCT account_db_key
              FROM JSON_TABLE(p_accounts, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$')) AS j
             ORDER BY account_db_key
           ) AS a
      STRAIGHT_JOIN table_notification_deliveries d FORCE INDEX (ix_notification_delivery_acct)
        ON d.account_db_key = a.account_db_key AND d.state = 'pending'
     WHERE d.attempts = 0 AND d.priority > 1
     ORDER BY d.idx
       FOR UPDATE;
END;
