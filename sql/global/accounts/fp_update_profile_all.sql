-- Changes any part of a profile at once. NULL leaves a value as it is; '' removes phone number, birth date or gender. Another
-- language or time zone is a new version of the notification settings, which follow them.
-- Errors: those of fp_update_basic_profile.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_update_profile_all(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_nickname VARCHAR(50),
    IN p_email VARCHAR(254),
    IN p_phone_number VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_birth_date VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_gender VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_investment_experience VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_risk_tolerance VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_investment_goal VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_monthly_budget DECIMAL(19, 6),
    IN p_country VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_timezone VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_theme VARCHAR(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    -- Locks the account's row, which everybody locks first.
    CALL fp_update_basic_profile(p_account_db_key, p_nickname, p_email, p_phone_number);

    UPDATE table_accountid
       SET birth_date = IF(p_birth_date IS NULL, birth_date, CAST(NULLIF(p_birth_date, '') AS DATE)),
           gender = IF(p_gender IS NULL, gender, NULLIF(p_gender, ''))
     WHERE account_db_key = p_account_db_key;

    UPDATE table_user_profiles
       SET notification_version = notification_version
               + (COALESCE(p_timezone, timezone) <> timezone OR COALESCE(p_language, language) <> language),
           investment_experience = COALESCE(p_investment_experience, investment_experience),
           risk_tolerance = COALESCE(p_risk_tolerance, risk_tolerance),
           investment_goal = COALESCE(p_investment_goal, investment_goal),
           monthly_budget = COALESCE(p_monthly_budget, monthly_budget),
           country = COALESCE(p_country, country),
           timezone = COALESCE(p_timezone, timezone),
           language = COALESCE(p_language, language),
           currency = COALESCE(p_currency, currency),
           theme = COALESCE(p_theme, theme),
           updated_at = UTC_TIMESTAMP(6)
     WHERE account_db_key = p_account_db_key;
END;
