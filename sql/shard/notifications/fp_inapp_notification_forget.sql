-- Takes notifications of a type about some sources out of the table and out of all counts, as if they had never been. For
-- development's replay, which makes the same sources again.
-- Parameters: p_sources is a JSON array of {account_db_key, source_id (32 hex digits)}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_forget(
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_sources JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_ids JSON;

    SELECT JSON_ARRAYAGG(idx) INTO v_ids
      FROM (
            SELECT n.idx
              FROM (
                    SELECT DISTINCT account_db_key, source_id
                      FROM JSON_TABLE(p_sources, '$[*]' COLUMNS (
                               account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
                               source_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.source_id'
                           )) AS t
                     ORDER BY account_db_key
                   ) AS s
              STRAIGHT_JOIN table_inapp_notifications n FORCE INDEX (uq_notification_source)
                ON n.account_db_key = s.account_db_key AND n.type_id = p_type_id AND n.source_id = UNHEX(s.source_id)
               FOR UPDATE
           ) AS found;

    IF v_ids IS NOT NULL THEN
        CALL fp_inapp_notification_stats_update(v_ids, 'forgotten');
        DELETE n
          FROM table_inapp_notifications n
          JOIN JSON_TABLE(v_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx;
    END IF;
END;
