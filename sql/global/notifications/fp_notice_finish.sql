-- Says that every shard is through with a notice.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_finish(
    IN p_notice_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_notices SET state = 'done' WHERE notice_id = p_notice_id AND state = 'running';
END;
