-- Locks a room of this account that is not deleted, until the caller's transaction ends.
-- Errors: 31401 chat_room_unknown (not there, deleted, or somebody else's).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_require(
    IN p_room_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_found INT UNSIGNED;

    SELECT COUNT(*) INTO v_found
      FROM table_chat_rooms
     WHERE room_id = p_room_id AND account_db_key = p_account_db_key AND is_active
       FOR UPDATE;
    IF v_found = 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31401, MESSAGE_TEXT = 'there is no such room';
    END IF;
END;
