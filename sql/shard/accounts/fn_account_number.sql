-- The number of an account's cash account: its key with fourteen digits or more and two check digits. The remainder of
-- the whole number by 97 is 1 (ISO 7064 MOD 97-10, as in an IBAN), so that a wrong digit or two exchanged ones show.
-- The key is unique on all shards, and so is the number: it depends on no clock and on no shard.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE FUNCTION fn_account_number(
    p_account_db_key BIGINT UNSIGNED
)
RETURNS VARCHAR(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
NO SQL
SQL SECURITY INVOKER
BEGIN
    RETURN CONCAT(
        LPAD(p_account_db_key, GREATEST(14, LENGTH(p_account_db_key)), '0'),
        LPAD(98 - (CAST(p_account_db_key AS DECIMAL(30)) * 100) % 97, 2, '0')
    );
END;
