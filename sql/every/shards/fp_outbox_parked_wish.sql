-- What an operator wants done with a parked event. Its consumer does it, because it alone writes its progress.
-- Parameters: p_wish is replay (try it once more) or skip (go on without it where it blocks its partition).
-- Result: found, 0 when the event is not parked (any more).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_parked_wish(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16),
    IN p_wish VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    UPDATE outbox_parked
       SET wish = p_wish, wished_at = UTC_TIMESTAMP(6)
     WHERE consumer = p_consumer AND event_id = p_event_id;

    SELECT ROW_COUNT() AS found;
END;
