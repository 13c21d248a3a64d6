-- How many stored values each encryption key has: the proof that an old one is not needed any more. Changes nothing.
-- Result: key_id, sealed (how many).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_api_keys_by_key_id()
SQL SECURITY INVOKER
BEGIN
    SELECT k.key_id, COUNT(*) AS sealed
      FROM (
            SELECT SUBSTRING_INDEX(korea_investment_app_key, ':', 1) AS key_id FROM table_user_api_keys WHERE korea_investment_app_key IS NOT NULL
            UNION ALL
            SELECT SUBSTRING_INDEX(korea_investment_app_secret, ':', 1) AS key_id FROM table_user_api_keys WHERE korea_investment_app_secret IS NOT NULL
            UNION ALL
            SELECT SUBSTRING_INDEX(alpha_vantage_key, ':', 1) AS key_id FROM table_user_api_keys WHERE alpha_vantage_key IS NOT NULL
            UNION ALL
            SELECT SUBSTRING_INDEX(polygon_key, ':', 1) AS key_id FROM table_user_api_keys WHERE polygon_key IS NOT NULL
            UNION ALL
            SELECT SUBSTRING_INDEX(finnhub_key, ':', 1) AS key_id FROM table_user_api_keys WHERE finnhub_key IS NOT NULL
           ) AS k
     GROUP BY k.key_id
     ORDER BY k.key_id;
END;
