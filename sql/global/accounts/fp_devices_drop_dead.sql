-- Forgets devices whose tokens a push service called dead. A token that is not known any more is no error.
-- Parameters: p_token_hashes is a JSON array of 64 hex digits each (SHA-256 of the tokens).
-- Result: dropped.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_devices_drop_dead(
    IN p_token_hashes JSON
)
SQL SECURITY INVOKER
BEGIN
    DELETE d
      FROM JSON_TABLE(p_token_hashes, '$[*]' COLUMNS (
               token_hash CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS t
      STRAIGHT_JOIN table_user_devices d ON d.token_hash = UNHEX(t.token_hash);
    SELECT ROW_COUNT() AS dropped;
END;
