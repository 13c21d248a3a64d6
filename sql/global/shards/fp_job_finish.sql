-- Ends a run: frees the lock and keeps how it went.
-- Parameters: p_result is JSON, NULL for a run that failed; p_error says why it failed, '' when it did not.
-- Errors: 31006 fence_lost when the lease had ended and another run took the lock; its row is left alone.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_job_finish(
    IN p_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_fence BIGINT UNSIGNED,
    IN p_result JSON,
    IN p_error TEXT
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_fence BIGINT UNSIGNED;
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    SELECT fence INTO v_fence FROM table_jobs WHERE name = p_name FOR UPDATE;
    IF v_fence IS NULL OR v_fence <> p_fence THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'another run holds this job';
    END IF;

    UPDATE table_jobs
       SET lease_until = NULL,
           finished_at = v_now,
           duration_ms = TIMESTAMPDIFF(MICROSECOND, started_at, v_now) DIV 1000,
           result = COALESCE(p_result, result),
           error = p_error
     WHERE name = p_name;
END;
