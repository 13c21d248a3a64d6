-- The steps that an account has done, in the order in which it did them within each tutorial.
-- Parameters: p_tutorial_type narrows it to one tutorial unless it is NULL.
-- Result: tutorial_type, completed_step (the furthest), updated_at, step_id, completed_by, completed_at; one row a step.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_tutorial_get_progress(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_tutorial_type VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    SELECT p.tutorial_type, p.completed_step, p.updated_at, s.step_id, s.completed_by, s.completed_at
      FROM table_tutorial_progress p
      JOIN table_tutorial_steps s ON s.account_db_key = p.account_db_key AND s.tutorial_type = p.tutorial_type
     WHERE p.account_db_key = p_account_db_key
       AND (p_tutorial_type IS NULL OR p.tutorial_type = p_tutorial_type)
     ORDER BY p.tutorial_type, s.completed_at, s.idx;
END;
