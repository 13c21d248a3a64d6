-- Starts the notices whose time has come.
-- Result: those that run now: notice_id, type_id, title_en, message_en, title_ko, message_ko, account_db_key, language, symbol.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_start()
SQL SECURITY INVOKER
BEGIN
    UPDATE table_notices SET state = 'running' WHERE state = 'scheduled' AND start_at <= UTC_TIMESTAMP(6);

    SELECT notice_id, type_id, title_en, message_en, title_ko, message_ko, account_db_key, language, symbol
      FROM table_notices
     WHERE state = 'running'
     ORDER BY start_at, notice_id;
END;
