-- The payment methods of an account, the default first; changes nothing.
-- Result: payment_method_id, provider, brand, last_four, is_default, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_methods_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT payment_method_id, provider, brand, last_four, is_default, created_at
      FROM table_payment_methods
     WHERE account_db_key = p_account_db_key AND removed_at IS NULL
     ORDER BY is_default DESC, payment_method_id DESC;
END;
