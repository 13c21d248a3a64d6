-- Prolongs the lease of a running job.
-- Errors: 31006 fence_lost when the lease had ended and another run took the lock.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_job_renew(
    IN p_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_fence BIGINT UNSIGNED,
    IN p_lease_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_fence BIGINT UNSIGNED;

    SELECT fence INTO v_fence FROM table_jobs WHERE name = p_name FOR UPDATE;
    IF v_fence IS NULL OR v_fence <> p_fence THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'another run holds this job';
    END IF;

    UPDATE table_jobs SET lease_until = UTC_TIMESTAMP(6) + INTERVAL p_lease_seconds SECOND WHERE name = p_name;
END;
