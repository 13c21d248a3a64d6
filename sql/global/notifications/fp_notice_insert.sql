-- Schedules a notice.
-- Parameters: p_notice_id is a UUIDv7 that the caller made; p_account_db_key may be NULL, p_language and p_symbol ''.
-- Errors: 1062 when it was scheduled before.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_insert(
    IN p_notice_id BINARY(16),
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_title_en VARCHAR(200),
    IN p_message_en TEXT,
    IN p_title_ko VARCHAR(200),
    IN p_message_ko TEXT,
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_counted INT UNSIGNED,
    IN p_start_at DATETIME(6),
    IN p_created_by BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_notices (
        notice_id, type_id, title_en, message_en, title_ko, message_ko, account_db_key, language, symbol, counted,
        start_at, created_by, created_at
    ) VALUES (
        p_notice_id, p_type_id, p_title_en, p_message_en, p_title_ko, p_message_ko, p_account_db_key, p_language,
        p_symbol, p_counted, p_start_at, p_created_by, UTC_TIMESTAMP(6)
    );
END;
