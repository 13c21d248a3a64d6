-- Sets an account's profile image, or removes it (NULL).
-- Parameters: p_content is WebP; p_content_hash its SHA-256.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_profile_image_put(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_content MEDIUMBLOB,
    IN p_content_hash BINARY(32)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    IF p_content IS NULL THEN
        DELETE FROM table_user_profile_images WHERE account_db_key = p_account_db_key;
    ELSE
        INSERT INTO table_user_profile_images (account_db_key, content, content_hash, updated_at)
        VALUES (p_account_db_key, p_content, p_content_hash, UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE content = p_content, content_hash = p_content_hash, updated_at = UTC_TIMESTAMP(6);
    END IF;
END;
