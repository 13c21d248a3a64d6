-- Marks waiting price alarms that closes have reached, at most p_limit of them, each by the earliest close that does.
-- Alarms of accounts that do not live here (any more) wait.
-- Parameters: p_closes is a JSON array of {symbol, session, close (as traded), from_session, before_session, price (the close
-- in shares of the alarms whose since_session is from the one and before the other)}.
-- Result: price_alarm_id, account_db_key, symbol, direction, target_price, reached_on, reached_price.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_price_alarms_reach(
    IN p_closes JSON,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_reached JSON;
    DECLARE v_held INT UNSIGNED;

    SELECT JSON_ARRAYAGG(JSON_OBJECT('id', HEX(n.price_alarm_id), 'session', n.session)) INTO v_reached
      FROM (
            SELECT a.price_alarm_id, MIN(c.session) AS session
              FROM JSON_TABLE(p_closes, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       session DATE PATH '$.session',
                       from_session DATE PATH '$.from_session',
                       before_session DATE PATH '$.before_session',
                       price DECIMAL(19, 6) PATH '$.price'
                   )) AS c
              STRAIGHT_JOIN table_price_alarms a FORCE INDEX (ix_price_alarm_waiting)
                ON a.symbol = c.symbol
               AND (
                    (a.direction = 'ABOVE' AND a.waiting_price <= c.price)
                    OR (a.direction = 'BELOW' AND a.waiting_price >= c.price)
                   )
              STRAIGHT_JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
             WHERE a.since_session < c.session
               AND a.since_session >= c.from_session AND a.since_session < c.before_session
             GROUP BY a.price_alarm_id
             ORDER BY a.price_alarm_id
             LIMIT p_limit
           ) AS n;

    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT DISTINCT a.account_db_key
              FROM JSON_TABLE(COALESCE(v_reached, '[]'), '$[*]' COLUMNS (
                       id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.id'
                   )) AS i
              STRAIGHT_JOIN table_price_alarms a ON a.price_alarm_id = UNHEX(i.id)
             ORDER BY a.account_db_key
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    -- What was deleted since it was found has no row, and what moved away since is not active: both are left alone.
    UPDATE table_price_alarms a
      JOIN JSON_TABLE(COALESCE(v_reached, '[]'), '$[*]' COLUMNS (
               id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.id',
               session DATE PATH '$.session'
           )) AS i ON a.price_alarm_id = UNHEX(i.id)
      JOIN JSON_TABLE(p_closes, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               close DECIMAL(19, 6) PATH '$.close'
           )) AS c ON c.symbol = a.symbol AND c.session = i.session
      JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
       SET a.reached_on = i.session, a.reached_price = c.close
     WHERE a.reached_on IS NULL;

    SELECT a.price_alarm_id, a.account_db_key, a.symbol, a.direction, a.target_price, a.reached_on, a.reached_price
      FROM JSON_TABLE(COALESCE(v_reached, '[]'), '$[*]' COLUMNS (
               id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.id'
           )) AS i
      STRAIGHT_JOIN table_price_alarms a ON a.price_alarm_id = UNHEX(i.id)
     WHERE a.reached_on IS NOT NULL
     ORDER BY a.price_alarm_id;
END;
