-- The next sequence number of a partition: 1, 2, 3, ... The row stays locked until the caller's transaction ends, so
-- that numbers have no gaps and follow commit order. Take it as late as possible.
-- Result: the number.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE FUNCTION fn_get_next_sequence(
    p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    p_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
RETURNS BIGINT UNSIGNED
NOT DETERMINISTIC
MODIFIES SQL DATA
SQL SECURITY INVOKER
BEGIN
    INSERT INTO outbox_sequences (domain, partition_key, next_sequence)
    VALUES (p_domain, p_partition_key, LAST_INSERT_ID(1) + 1)
    ON DUPLICATE KEY UPDATE next_sequence = LAST_INSERT_ID(next_sequence) + 1;

    RETURN LAST_INSERT_ID();
END;
