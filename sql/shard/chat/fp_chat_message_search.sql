-- An account's messages that have all of some terms, newest first.
-- Parameters: p_query is what chat.search made: each term is the account's own, so the index holds nothing of anybody
-- else under it; p_before_idx is the last row of the page before, NULL for the first page.
-- Result: idx, message_id, room_id, title of the room, sequence_no, message_type, content, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_search(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_query TEXT,
    IN p_before_idx BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT m.idx, m.message_id, m.room_id, r.title, m.sequence_no, m.message_type, m.content, m.created_at
      FROM table_chat_messages m
      JOIN table_chat_rooms r ON r.room_id = m.room_id AND r.is_active
     WHERE MATCH (m.search_terms) AGAINST (p_query IN BOOLEAN MODE)
       AND m.account_db_key = p_account_db_key
       AND m.is_deleted = FALSE
       AND m.idx < COALESCE(p_before_idx, ~0)
     ORDER BY m.idx DESC
     LIMIT p_limit;
END;
