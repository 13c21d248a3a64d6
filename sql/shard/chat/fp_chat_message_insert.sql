-- Stores messages that were accepted, in their places; set-based. Repeating it changes nothing: a message is one row by
-- its id. A message of a room that was deleted meanwhile is stored as deleted.
-- Parameters: p_messages is a JSON array of {message_id, room_id (32 hex digits each), account_db_key, sequence_no,
-- message_type, content, metadata (an object), local_date, search_terms, created_at}; no message_id twice.
-- Result: for each message that is stored now, before or by this call: message_id, room_id, account_db_key, sequence_no,
-- is_new. One of an account that does not live here, or of a room that does not exist or is another account's, is
-- not stored and is missing in the result.
-- Errors: 1062 when two messages of a room have one place.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_insert(
    IN p_messages JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_ids JSON DEFAULT JSON_EXTRACT(p_messages, '$[*].message_id');  -- read often, and short
    DECLARE v_held INT UNSIGNED;
    DECLARE v_late INT UNSIGNED;
    DECLARE v_first BIGINT UNSIGNED DEFAULT ~0;

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT DISTINCT m.account_db_key
              FROM JSON_TABLE(p_messages, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$.account_db_key')) AS m
             ORDER BY m.account_db_key
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    -- One batch at a time in a room.
    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT DISTINCT UNHEX(m.room_id) AS room_id
              FROM JSON_TABLE(p_messages, '$[*]' COLUMNS (
                       room_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.room_id'
                   )) AS m
             ORDER BY room_id
           ) AS n
      STRAIGHT_JOIN table_chat_rooms r ON r.room_id = n.room_id
       FOR UPDATE;

    INSERT INTO table_chat_messages (
        message_id, room_id, account_db_key, sequence_no, message_type, content, metadata, parent_message_id, on_path,
        is_deleted, local_date, digest, search_terms, created_at, updated_at
    )
    SELECT UNHEX(m.message_id), r.room_id, m.account_db_key, m.sequence_no, m.message_type,
           IF(r.is_active, m.content, ''), IF(r.is_active, m.metadata, '{}'),
           COALESCE(
               LAG(UNHEX(m.message_id)) OVER (PARTITION BY r.room_id ORDER BY m.sequence_no), r.leaf_message_id
           ),
           m.sequence_no > r.path_sequence_no, NOT r.is_active, m.local_date,
           CONV(
               LEFT(SHA2(CONCAT_WS('|', UPPER(m.message_id), m.sequence_no, m.message_type, m.content), 256), 16), 16, 10
           ),
           IF(r.is_active, m.search_terms, ''), m.created_at, v_now
      FROM JSON_TABLE(p_messages, '$[*]' COLUMNS (
               message_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.message_id',
               room_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.room_id',
               account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
               sequence_no BIGINT UNSIGNED PATH '$.sequence_no',
               message_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.message_type',
               content MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.content',
               metadata JSON PATH '$.metadata',
               local_date DATE PATH '$.local_date',
               search_terms MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.search_terms',
               created_at DATETIME(6) PATH '$.created_at'
           )) AS m
      STRAIGHT_JOIN table_account_residence a ON a.account_db_key = m.account_db_key AND a.state = 'active'
      STRAIGHT_JOIN table_chat_rooms r ON r.room_id = UNHEX(m.room_id) AND r.account_db_key = m.account_db_key
      LEFT JOIN table_chat_messages known ON known.message_id = UNHEX(m.message_id)
     WHERE known.message_id IS NULL
     ORDER BY r.room_id, m.sequence_no;

    IF ROW_COUNT() > 0 THEN
        -- The first number that this statement was given: what the batch had before has a smaller one, because the
        -- rooms were locked before.
        SET v_first = LAST_INSERT_ID();

        -- A message that arrived later than one with a place behind it: it is put between them.
        SELECT COUNT(*) INTO v_late
          FROM JSON_TABLE(v_ids, '$[*]' COLUMNS (
                   message_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
               )) AS m
          STRAIGHT_JOIN table_chat_messages t ON t.message_id = UNHEX(m.message_id)
          STRAIGHT_JOIN table_chat_rooms r ON r.room_id = t.room_id
         WHERE t.idx >= v_first AND t.sequence_no < r.last_sequence_no;
        IF v_late > 0 THEN
            UPDATE table_chat_messages t
              JOIN (
                    SELECT p.idx, LAG(p.message_id) OVER (PARTITION BY p.room_id ORDER BY p.sequence_no) AS before_id
                      FROM (
                            SELECT DISTINCT r.room_id
                              FROM JSON_TABLE(p_messages, '$[*]' COLUMNS (
                                       room_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.room_id',
                                       sequence_no BIGINT UNSIGNED PATH '$.sequence_no'
                                   )) AS m
                              STRAIGHT_JOIN table_chat_rooms r ON r.room_id = UNHEX(m.room_id)
                             WHERE m.sequence_no < r.last_sequence_no
                           ) AS n
                      STRAIGHT_JOIN table_chat_messages p ON p.room_id = n.room_id AND p.on_path
                   ) AS path ON path.idx = t.idx
               SET t.parent_message_id = path.before_id;
        END IF;

        -- In this order whatever the statistics of a young table say: a room's messages must not be read one by one.
        UPDATE (
                SELECT t.room_id, SUM(NOT t.is_deleted) AS live, MAX(t.sequence_no) AS last_no,
                       BIT_XOR(t.digest) AS digest
                  FROM JSON_TABLE(v_ids, '$[*]' COLUMNS (
                           message_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
                       )) AS m
                  STRAIGHT_JOIN table_chat_messages t ON t.message_id = UNHEX(m.message_id)
                 WHERE t.idx >= v_first
                 GROUP BY t.room_id
               ) AS fresh
          STRAIGHT_JOIN table_chat_rooms r ON r.room_id = fresh.room_id
          STRAIGHT_JOIN table_chat_messages t
            ON t.room_id = r.room_id AND t.sequence_no = GREATEST(fresh.last_no, r.last_sequence_no)
           SET r.leaf_message_id = IF(t.on_path AND t.idx >= v_first, t.message_id, r.leaf_message_id),
               r.last_message_id = IF(r.is_active AND t.idx >= v_first, t.message_id, r.last_message_id),
               r.last_message_at = IF(r.is_active AND t.idx >= v_first, t.created_at, r.last_message_at),
               r.activity_at = GREATEST(r.activity_at, t.created_at),
               r.message_count = r.message_count + fresh.live,
               r.content_digest = r.content_digest ^ fresh.digest,
               r.last_sequence_no = t.sequence_no,
               r.updated_at = v_now;

        INSERT INTO table_chat_statistics (
            account_db_key, date, total_messages, user_messages, ai_messages, active_rooms, created_at, updated_at
        )
        SELECT fresh.account_db_key, fresh.date, fresh.total_messages, fresh.user_messages, fresh.ai_messages,
               fresh.active_rooms, v_now, v_now
          FROM (
                SELECT d.account_db_key, d.local_date AS date, SUM(d.total_messages) AS total_messages,
                       SUM(d.user_messages) AS user_messages, SUM(d.ai_messages) AS ai_messages,
                       SUM(NOT EXISTS (
                           SELECT 1
                             FROM table_chat_messages e
                            WHERE e.account_db_key = d.account_db_key AND e.local_date = d.local_date
                              AND e.is_deleted = FALSE AND e.room_id = d.room_id AND e.idx < v_first
                       )) AS active_rooms
                  FROM (
                        SELECT t.account_db_key, t.local_date, t.room_id, COUNT(*) AS total_messages,
                               SUM(t.message_type = 'USER') AS user_messages, SUM(t.message_type = 'AI') AS ai_messages
                          FROM JSON_TABLE(v_ids, '$[*]' COLUMNS (
                                   message_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
                               )) AS m
                          STRAIGHT_JOIN table_chat_messages t ON t.message_id = UNHEX(m.message_id)
                         WHERE t.idx >= v_first AND t.is_deleted = FALSE
                         GROUP BY t.account_db_key, t.local_date, t.room_id
                       ) AS d
                 GROUP BY d.account_db_key, d.local_date
                 ORDER BY d.account_db_key, d.local_date
               ) AS fresh
        ON DUPLICATE KEY UPDATE
            total_messages = table_chat_statistics.total_messages + fresh.total_messages,
            user_messages = table_chat_statistics.user_messages + fresh.user_messages,
            ai_messages = table_chat_statistics.ai_messages + fresh.ai_messages,
            active_rooms = table_chat_statistics.active_rooms + fresh.active_rooms,
            updated_at = v_now;
    END IF;

    SELECT t.message_id, t.room_id, t.account_db_key, t.sequence_no, t.idx >= v_first AS is_new
      FROM JSON_TABLE(p_messages, '$[*]' COLUMNS (
               message_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.message_id',
               room_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.room_id'
           )) AS m
      STRAIGHT_JOIN table_chat_messages t
        ON t.message_id = UNHEX(m.message_id) AND t.room_id = UNHEX(m.room_id)
     ORDER BY t.room_id, t.sequence_no;
END;
