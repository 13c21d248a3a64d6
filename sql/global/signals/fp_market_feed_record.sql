-- Records how asking a source went.
-- Parameters: p_error is empty for a success; p_cursor is how far it was read, NULL to leave it as it is.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_feed_record(
    IN p_source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_error VARCHAR(500),
    IN p_cursor VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    INSERT INTO table_market_feeds (source, asked_at, last_success_at, error, position)
    VALUES (p_source, v_now, IF(p_error = '', v_now, NULL), p_error, COALESCE(p_cursor, ''))
    ON DUPLICATE KEY UPDATE
        asked_at = v_now,
        last_success_at = IF(p_error = '', v_now, last_success_at),
        error = p_error,
        position = COALESCE(p_cursor, position);
END;
