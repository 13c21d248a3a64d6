-- Chooses which branch a room shows, and where the next message goes: the path to a message from the beginning.
-- Parameters: p_message_id is the path's last message, NULL for a path without any; p_sequence_no is the caller's clock in
-- microseconds: what was accepted before and comes later does not belong to the new path; with p_descend the path goes on
-- from the message to the newest message behind it; p_unless_message_id, when it is stored already, makes it do nothing.
-- Result: the room's columns.
-- Errors: 31402 chat_message_unknown, and those of fp_chat_room_require and fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_path_set(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_message_id BINARY(16),
    IN p_sequence_no BIGINT UNSIGNED,
    IN p_descend BOOLEAN,
    IN p_unless_message_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_leaf BINARY(16) DEFAULT p_message_id;
    DECLARE v_next BINARY(16) DEFAULT p_message_id;
    DECLARE v_parent BINARY(16);
    DECLARE v_junction_no BIGINT UNSIGNED DEFAULT 0;
    DECLARE v_on_path BOOLEAN DEFAULT FALSE;
    DECLARE v_found INT UNSIGNED;

    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_chat_room_require(p_room_id, p_account_db_key);

    SELECT COUNT(*) INTO v_found
      FROM table_chat_messages
     WHERE message_id = p_unless_message_id AND room_id = p_room_id;

    IF v_found = 0 THEN
        IF p_message_id IS NOT NULL THEN
            SELECT COUNT(*) INTO v_found
              FROM table_chat_messages
             WHERE message_id = p_message_id AND room_id = p_room_id;
            IF v_found = 0 THEN
                SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31402, MESSAGE_TEXT = 'there is no such message';
            END IF;
        END IF;

        -- Up to where the new path leaves the current one.
        WHILE v_next IS NOT NULL AND NOT v_on_path DO
            SELECT on_path, sequence_no, IF(on_path, v_next, parent_message_id)
              INTO v_on_path, v_junction_no, v_next
              FROM table_chat_messages
             WHERE message_id = v_next;
        END WHILE;
        IF NOT v_on_path THEN
            SET v_junction_no = 0;
        END IF;

        UPDATE table_chat_messages
           SET on_path = FALSE
         WHERE room_id = p_room_id AND on_path AND sequence_no > v_junction_no;

        SET v_next = p_message_id, v_on_path = FALSE;
        WHILE v_next IS NOT NULL AND NOT v_on_path DO
            SELECT on_path, parent_message_id INTO v_on_path, v_parent
              FROM table_chat_messages
             WHERE message_id = v_next;
            UPDATE table_chat_messages SET on_path = TRUE WHERE message_id = v_next;
            SET v_next = v_parent;
        END WHILE;

        -- Down to the newest message behind it.
        SET v_next = IF(p_descend, p_message_id, NULL);
        WHILE v_next IS NOT NULL DO
            SET v_leaf = v_next;
            SELECT MAX(sequence_no) INTO v_junction_no FROM table_chat_messages WHERE parent_message_id = v_next;
            SET v_next = NULL;
            IF v_junction_no IS NOT NULL THEN
                SELECT message_id INTO v_next
                  FROM table_chat_messages
                 WHERE room_id = p_room_id AND sequence_no = v_junction_no;
                UPDATE table_chat_messages SET on_path = TRUE WHERE message_id = v_next;
            END IF;
        END WHILE;

        UPDATE table_chat_rooms
           SET leaf_message_id = v_leaf, path_sequence_no = p_sequence_no, updated_at = UTC_TIMESTAMP(6)
         WHERE room_id = p_room_id;
    END IF;

    CALL fp_chat_room_list(p_account_db_key, p_room_id, NULL, NULL, NULL, 1);
END;
