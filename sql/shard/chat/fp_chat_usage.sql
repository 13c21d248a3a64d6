-- Replies and tokens of the days since p_since, by day and persona, for operators.
-- Result: local_date, ai_persona, replies, tokens.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_usage(
    IN p_since DATE
)
SQL SECURITY INVOKER
BEGIN
    SELECT local_date, ai_persona, COUNT(*) AS replies, SUM(prompt_tokens + completion_tokens) AS tokens
      FROM table_chat_tokens FORCE INDEX (ix_chat_tokens_usage)
     WHERE local_date >= p_since
     GROUP BY local_date, ai_persona
     ORDER BY local_date, ai_persona;
END;
