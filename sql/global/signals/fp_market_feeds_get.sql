-- How the sources do.
-- Result: source, position (how far it was read), error (empty when it answered last), age_seconds since it last answered.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_feeds_get()
SQL SECURITY INVOKER
BEGIN
    SELECT source, position, error,
           TIMESTAMPDIFF(SECOND, COALESCE(last_success_at, '2000-01-01'), UTC_TIMESTAMP(6)) AS age_seconds
      FROM table_market_feeds
     ORDER BY source;
END;
