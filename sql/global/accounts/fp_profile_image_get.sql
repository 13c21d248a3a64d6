-- An account's profile image; changes nothing.
-- Result: content (WebP), content_hash; no row without one.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_profile_image_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT content, content_hash FROM table_user_profile_images WHERE account_db_key = p_account_db_key;
END;
