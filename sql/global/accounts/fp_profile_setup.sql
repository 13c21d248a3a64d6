-- The questions after sign-up: stores the answers and marks the profile as completed. Answering again replaces them.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_profile_setup(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_investment_experience VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_risk_tolerance VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_investment_goal VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_monthly_budget DECIMAL(19, 6)
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_initialize_user_defaults(p_account_db_key);

    UPDATE table_user_profiles
       SET investment_experience = p_investment_experience, risk_tolerance = p_risk_tolerance,
           investment_goal = p_investment_goal, monthly_budget = p_monthly_budget, profile_completed = TRUE,
           updated_at = UTC_TIMESTAMP(6)
     WHERE account_db_key = p_account_db_key;
END;
