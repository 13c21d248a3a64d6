-- The account's second factor, in force or begun.
-- Result: secret (encrypted), is_active, last_step, recovery_codes_left; no row without one.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_second_factor_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT f.secret, f.confirmed_at IS NOT NULL AS is_active, f.last_step,
           (SELECT COUNT(*)
              FROM table_recovery_codes r
             WHERE r.account_db_key = f.account_db_key AND r.used_at IS NULL) AS recovery_codes_left
      FROM table_second_factors f
     WHERE f.account_db_key = p_account_db_key;
END;
