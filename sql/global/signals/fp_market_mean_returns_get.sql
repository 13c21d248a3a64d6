-- The market as a whole: of each session the mean of all symbols' returns since their session before, splits taken out.
-- Parameters: later than p_after_session, up to p_upto_session; a symbol's return of a session needs its bar before.
-- Result: session, simple_return (0.01 is one percent) with twelve places, by session.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_mean_returns_get(
    IN p_after_session DATE,
    IN p_upto_session DATE
)
SQL SECURITY INVOKER
BEGIN
    SELECT r.session, CAST(AVG(r.simple_return) AS DECIMAL(24, 12)) AS simple_return
      FROM (
            SELECT b.symbol, b.session,
                   CAST(b.close AS DECIMAL(30, 16)) * COALESCE(t.ratio, 1)
                       / LAG(b.close) OVER (PARTITION BY b.symbol ORDER BY b.session) - 1 AS simple_return
              FROM table_market_bars b
              LEFT JOIN table_market_splits t ON t.symbol = b.symbol AND t.session = b.session
             WHERE b.session >= p_after_session AND b.session <= p_upto_session
           ) AS r
     WHERE r.session > p_after_session AND r.simple_return IS NOT NULL
     GROUP BY r.session
     ORDER BY r.session;
END;
