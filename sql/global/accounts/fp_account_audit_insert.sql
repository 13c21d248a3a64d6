-- Records what an operator did to an account that changes none of the columns which the trigger watches.
-- Errors: 1452 when there is no such account.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_audit_insert(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_subject VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_changed_by BIGINT UNSIGNED,
    IN p_reason VARCHAR(200)
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_account_audit (account_db_key, subject, old_value, new_value, changed_by, reason, changed_at)
    VALUES (p_account_db_key, p_subject, '', '', p_changed_by, p_reason, UTC_TIMESTAMP(6));
END;
