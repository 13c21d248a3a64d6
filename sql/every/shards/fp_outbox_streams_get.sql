-- The last id of each stream, and whether it has to be sent again.
-- Result: stream, last_id (padded), is_lost.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_streams_get()
SQL SECURITY INVOKER
BEGIN
    SELECT stream, last_id, lost_at IS NOT NULL AS is_lost FROM outbox_streams;
END;
