-- How many accounts of this shard have done each step, and how long after their sign-up, as a histogram that can be
-- added up over shards.
-- Result: tutorial_type, step_id, bucket (n: from 2^n - 1 up to, not with, 2^(n+1) - 1 seconds), accounts.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_tutorial_funnel()
SQL SECURITY INVOKER
BEGIN
    SELECT tutorial_type, step_id, FLOOR(LOG2(seconds_since_signup + 1)) AS bucket, COUNT(*) AS accounts
      FROM table_tutorial_steps
     GROUP BY tutorial_type, step_id, FLOOR(LOG2(seconds_since_signup + 1))
     ORDER BY tutorial_type, step_id, bucket;
END;
