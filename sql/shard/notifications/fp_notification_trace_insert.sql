-- Writes down decisions about notifications.
-- Parameters: p_traces is a JSON array of {notification_id (32 hex digits), account_db_key, channel, decision, detail}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_trace_insert(
    IN p_traces JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    INSERT INTO table_notification_traces (notification_id, account_db_key, channel, decision, detail, created_at)
    SELECT UNHEX(t.notification_id), t.account_db_key, t.channel, t.decision, t.detail, v_now
      FROM JSON_TABLE(p_traces, '$[*]' COLUMNS (
               place FOR ORDINALITY,
               notification_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.notification_id',
               account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
               channel VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.channel',
               decision VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.decision',
               detail VARCHAR(500) PATH '$.detail'
           )) AS t
     ORDER BY t.place;
END;
