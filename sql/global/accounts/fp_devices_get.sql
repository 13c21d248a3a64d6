-- An account's devices, the one seen last first; changes nothing.
-- Result: device_id, device_type, device_name, push_token, created_at, last_seen.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_devices_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT device_id, device_type, device_name, push_token, created_at, last_seen
      FROM table_user_devices
     WHERE account_db_key = p_account_db_key
     ORDER BY last_seen DESC, device_id DESC;
END;
