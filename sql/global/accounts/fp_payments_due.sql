-- Live payments whose period has ended, the next in order of their end; changes nothing.
-- Result: payment_id, account_db_key, expires_at, is_over (no renewal, or its grace has ended).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payments_due(
    IN p_after_expires_at DATETIME(6),
    IN p_after_payment_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT id AS payment_id, account_db_key, expires_at, access_until <= UTC_TIMESTAMP(6) AS is_over
      FROM table_user_payments
     WHERE payment_status IN ('ACTIVE', 'PAST_DUE') AND expires_at <= UTC_TIMESTAMP(6)
       AND (expires_at > p_after_expires_at OR (expires_at = p_after_expires_at AND id > p_after_payment_id))
     ORDER BY expires_at, id
     LIMIT p_limit;
END;
