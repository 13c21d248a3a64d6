-- Says in which hours an account is not told of things, and whether advertising is welcome. What follows the profile stays as
-- it is.
-- Parameters: p_quiet_from and p_quiet_until are both NULL for no quiet hours.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_hours_put(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_quiet_from TIME,
    IN p_quiet_until TIME,
    IN p_is_advertising_allowed BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);

    INSERT INTO table_notification_settings (
        account_db_key, quiet_from, quiet_until, is_advertising_allowed
    ) VALUES (
        p_account_db_key, p_quiet_from, p_quiet_until, p_is_advertising_allowed
    )
    ON DUPLICATE KEY UPDATE
        quiet_from = p_quiet_from, quiet_until = p_quiet_until, is_advertising_allowed = p_is_advertising_allowed;
END;
