-- Takes a job's lock, unless somebody holds it: a row with a lease on the database's clock and a fence that grows.
-- Result: one row with fence when the lock was taken, no row when another run holds it.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_job_begin(
    IN p_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_lease_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_lease_until DATETIME(6);

    INSERT INTO table_jobs (name) VALUES (p_name) ON DUPLICATE KEY UPDATE name = p_name;
    SELECT lease_until INTO v_lease_until FROM table_jobs WHERE name = p_name FOR UPDATE;

    IF v_lease_until IS NULL OR v_lease_until <= v_now THEN
        UPDATE table_jobs
           SET fence = fence + 1, started_at = v_now, lease_until = v_now + INTERVAL p_lease_seconds SECOND
         WHERE name = p_name;
        SELECT fence FROM table_jobs WHERE name = p_name;
    END IF;
END;
