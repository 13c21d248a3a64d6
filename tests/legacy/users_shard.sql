-- What the users of shard @shard have there, at least one row in every table.

CREATE TABLE users (k BIGINT UNSIGNED PRIMARY KEY);

INSERT INTO users
WITH d AS (SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4
           UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)
SELECT 1000 + a.d + 10 * b.d + 100 * c.d AS k
  FROM d a, d b, d c
 WHERE a.d + 10 * b.d + 100 * c.d < @users AND (1000 + a.d) MOD 2 + 1 = @shard;

INSERT INTO table_user_accounts SELECT k, CONCAT('1', k), 1000.25, 'investment', 'active', 'USD', @at, @at FROM users;

INSERT INTO table_user_portfolios (
    account_db_key, asset_code, asset_type, quantity, average_cost, current_value, last_updated
)
SELECT k, 'AAPL', 'STOCK', 3.333333, 190.07, 700, @at FROM users
UNION ALL
SELECT k, 'KRW', 'CASH', 1000000, 1, 1000000, @at FROM users;

INSERT INTO table_signal_alarms (alarm_id, account_db_key, symbol, current_price, note, created_at, updated_at)
SELECT CONCAT('00000000-0000-4000-8000-', LPAD(k, 12, '0')), k, 'AAPL', 189.5, '🐘', @at, @at FROM users;

INSERT INTO table_signal_history (
    signal_id, alarm_id, account_db_key, symbol, signal_type, signal_price, triggered_at, price_after_1d, profit_rate,
    is_win, evaluated_at
)
SELECT CONCAT('10000000-0000-4000-8000-', LPAD(k, 12, '0')), CONCAT('00000000-0000-4000-8000-', LPAD(k, 12, '0')), k,
       'AAPL', 'SELL', 100, @at, 103, 3, 1, @at
  FROM users;

INSERT INTO table_kalman_history (
    ticker, account_db_key, timestamp, state_vector_x, covariance_matrix_p, step_count, trading_signal, created_at
)
SELECT 'AAPL', k, @at, '[0.1, 0, 0, 0, 1.5]', '[[1,0,0,0,0],[0,1,0,0,0],[0,0,1,0,0],[0,0,0,1,0],[0,0,0,0,1]]', 1, 'Long', @at
  FROM users;

INSERT INTO table_chat_rooms (room_id, account_db_key, title, ai_persona, created_at, updated_at)
SELECT CONCAT('20000000-0000-4000-8000-', LPAD(k, 12, '0')), k, '대화', 'GPT4O', @at, @at FROM users;

INSERT INTO table_chat_messages (
    message_id, room_id, account_db_key, message_type, content, metadata, created_at, updated_at
)
SELECT CONCAT('msg_', LPAD(HEX(k), 32, '3')), CONCAT('20000000-0000-4000-8000-', LPAD(k, 12, '0')), k, 'USER',
       '애플 주가는?', NULL, @at, @at
  FROM users
UNION ALL
SELECT CONCAT('17053', k), CONCAT('20000000-0000-4000-8000-', LPAD(k, 12, '0')), k, 'AI', 'It rose.', '{"model": "x"}', @at, @at
  FROM users;

INSERT INTO table_tutorial_progress SELECT k, 'CHAT', 2, @at, @at FROM users;

INSERT INTO table_inapp_notifications (
    notification_id, account_db_key, type_id, title, message, data, is_read, read_at, created_at, updated_at
)
SELECT CONCAT('40000000-0000-4000-8000-', LPAD(k, 12, '0')), k, 'prediction_alert', '알림', 'Text', '{"symbol": "AAPL"}',
       k MOD 3 = 0, IF(k MOD 3, NULL, @at), @at, @at
  FROM users;
