-- Forgets, at most p_limit rows of each table, what is older than so many days: deliveries, decisions (traces), budgets and
-- stamps. Deliveries and decisions are numbered as they come, so the oldest are the first.
-- Result: deliveries, traces, budgets, stamps: rows deleted of each.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_sweep(
    IN p_limit INT UNSIGNED,
    IN p_deliveries_days INT UNSIGNED,
    IN p_traces_days INT UNSIGNED,
    IN p_budgets_days INT UNSIGNED,
    IN p_stamps_days INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_deliveries, v_traces, v_budgets, v_stamps INT;

    DELETE d
      FROM table_notification_deliveries d
      JOIN (SELECT idx, created_at FROM table_notification_deliveries ORDER BY idx LIMIT p_limit) AS f ON f.idx = d.idx
     WHERE f.created_at < v_now - INTERVAL p_deliveries_days DAY;
    SET v_deliveries = ROW_COUNT();

    DELETE t
      FROM table_notification_traces t
      JOIN (SELECT idx, created_at FROM table_notification_traces ORDER BY idx LIMIT p_limit) AS f ON f.idx = t.idx
     WHERE f.created_at < v_now - INTERVAL p_traces_days DAY;
    SET v_traces = ROW_COUNT();

    DELETE FROM table_notification_budgets
     WHERE date < UTC_DATE() - INTERVAL p_budgets_days DAY
     ORDER BY date
     LIMIT p_limit;
    SET v_budgets = ROW_COUNT();

    DELETE FROM table_notification_stamps
     WHERE stamped_at < v_now - INTERVAL p_stamps_days DAY
     ORDER BY stamped_at
     LIMIT p_limit;
    SET v_stamps = ROW_COUNT();

    SELECT v_deliveries AS deliveries, v_traces AS traces, v_budgets AS budgets, v_stamps AS stamps;
END;
