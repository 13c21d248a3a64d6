-- Marks one step of a tutorial done. The furthest step never goes back, whoever comes first; the steps that were skipped
-- stay undone. Repeating it changes nothing.
-- Parameters: p_step_number counts from 1; p_step_ids is a JSON array of the tutorial's step ids in order;
-- p_completed_by is user or event.
-- Result: those of fp_tutorial_get_progress, for this tutorial.
-- Errors: 31501 tutorial_step_unknown (no step of that number), and those of fp_account_residence_require; a type that
-- the platform does not have fails by the table's check.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_tutorial_complete_step(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_tutorial_type VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_step_number INT,
    IN p_step_ids JSON,
    IN p_completed_by VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_step_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_seconds INT UNSIGNED;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT step_id INTO v_step_id
      FROM JSON_TABLE(p_step_ids, '$[*]' COLUMNS (
               step_number FOR ORDINALITY,
               step_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS s
     WHERE s.step_number = p_step_number;
    IF v_step_id IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31501, MESSAGE_TEXT = 'the tutorial has no step of that number';
    END IF;

    SELECT GREATEST(TIMESTAMPDIFF(SECOND, created_at, v_now), 0) INTO v_seconds
      FROM table_account_residence
     WHERE account_db_key = p_account_db_key;

    INSERT INTO table_tutorial_progress (account_db_key, tutorial_type, completed_step, created_at, updated_at)
    VALUES (p_account_db_key, p_tutorial_type, p_step_number, v_now, v_now)
    ON DUPLICATE KEY UPDATE
        updated_at = IF(completed_step < p_step_number, v_now, updated_at),
        completed_step = GREATEST(completed_step, p_step_number);

    INSERT INTO table_tutorial_steps (
        account_db_key, tutorial_type, step_id, completed_by, completed_at, seconds_since_signup
    ) VALUES (
        p_account_db_key, p_tutorial_type, v_step_id, p_completed_by, v_now, v_seconds
    )
    ON DUPLICATE KEY UPDATE account_db_key = p_account_db_key;

    CALL fp_tutorial_get_progress(p_account_db_key, p_tutorial_type);
END;
