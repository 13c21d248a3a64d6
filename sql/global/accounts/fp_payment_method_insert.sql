-- Adds a payment method; an account's first one is its default. A token that is there already is not added again.
-- Result: payment_method_id, provider, brand, last_four, is_default, created_at.
-- Errors: 31002 account_unknown, 31144 payment_methods_too_many.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_method_insert(
    IN p_payment_method_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_provider VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_provider_token VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_brand VARCHAR(30),
    IN p_last_four VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_method_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_method BINARY(16);
    DECLARE v_methods INT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT payment_method_id INTO v_method
      FROM table_payment_methods
     WHERE account_db_key = p_account_db_key AND removed_at IS NULL AND provider = p_provider
       AND provider_token = p_provider_token;
    IF v_method IS NULL THEN
        SELECT COUNT(*) INTO v_methods
          FROM table_payment_methods
         WHERE account_db_key = p_account_db_key AND removed_at IS NULL;
        IF v_methods >= p_method_limit THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31144, MESSAGE_TEXT = 'the account has too many payment methods';
        END IF;
        INSERT INTO table_payment_methods (
            payment_method_id, account_db_key, provider, provider_token, brand, last_four, is_default, created_at
        ) VALUES (
            p_payment_method_id, p_account_db_key, p_provider, p_provider_token, p_brand, p_last_four, v_methods = 0,
            UTC_TIMESTAMP(6)
        );
        SET v_method = p_payment_method_id;
    END IF;

    SELECT payment_method_id, provider, brand, last_four, is_default, created_at
      FROM table_payment_methods
     WHERE payment_method_id = v_method;
END;
