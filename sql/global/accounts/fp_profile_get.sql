-- What an account sees of itself: its account row and its profile. Changes nothing.
-- Result: one row; image_hash is NULL without a profile image.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_profile_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (SELECT 1 FROM table_accountid WHERE account_db_key = p_account_db_key) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT a.account_db_key, a.platform_type, a.account_id, a.nickname, a.email, a.email_verified, a.phone_number,
           a.phone_verified, a.account_level, a.birth_date, a.gender, a.withdraw_time, a.create_time,
           p.investment_experience, p.risk_tolerance, p.investment_goal, p.monthly_budget, p.profile_completed,
           p.country, p.timezone, p.language, p.currency, p.theme, i.content_hash AS image_hash, p.updated_at
      FROM table_accountid a
      JOIN table_user_profiles p ON p.account_db_key = a.account_db_key
      LEFT JOIN table_user_profile_images i ON i.account_db_key = a.account_db_key
     WHERE a.account_db_key = p_account_db_key;
END;
