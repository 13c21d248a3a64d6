-- A parked message has been stored. Repeating it changes nothing.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_unpark(
    IN p_message_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_chat_parked WHERE message_id = p_message_id;
END;
