-- @users users from key 1000 on, with one row each in every table: odd keys on shard 2, even ones on shard 1.

CREATE TABLE users (k BIGINT UNSIGNED PRIMARY KEY);

INSERT INTO users
WITH d AS (SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4
           UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)
SELECT 1000 + a.d + 10 * b.d + 100 * c.d FROM d a, d b, d c WHERE a.d + 10 * b.d + 100 * c.d < @users;

INSERT INTO table_accountid (
    account_db_key, account_id, password_hash, nickname, email, phone_number, email_verified, login_count, login_time,
    logout_time, create_time, block_endtime, withdraw_time, birth_year, birth_month, birth_day, gender
)
SELECT k, CONCAT('user', k), '$2b$04$......................Oaf2OVbTF1KmAxzJHl5rcY7BDUFsK6S', CONCAT('사용자 🐘 ', k),
       CONCAT('user', k, '@example.com'), '010-1234-5678', k MOD 2, k MOD 3, @at, '0000-00-00 00:00:00', @at, @at, @at,
       1990, 2, 28, 'F'
  FROM users;

INSERT INTO table_user_shard_mapping SELECT k, k MOD 2 + 1, @at, @at FROM users;

INSERT INTO table_user_profiles (
    account_db_key, monthly_budget, sms_notifications_enabled, trade_alert_enabled, created_at, updated_at
)
SELECT k, 1500.50, 1, k MOD 2, @at, @at FROM users;

INSERT INTO table_user_payments (
    account_db_key, payment_plan, plan_name, plan_price, starts_at, expires_at, payment_status, created_at, updated_at
)
SELECT k, IF(k MOD 5, 'FREE', 'PREMIUM'), 'Plan', IF(k MOD 5, 0, 19900), @at, IF(k MOD 5, NULL, '2099-01-15 09:30:00'),
       IF(k MOD 7, 'ACTIVE', 'PENDING'), @at, @at
  FROM users;

INSERT INTO table_password_history (account_db_key, old_password_hash, new_password_hash, changed_at)
SELECT account_db_key, password_hash, password_hash, @at FROM table_accountid ORDER BY account_db_key;

INSERT INTO table_user_api_keys (account_db_key, korea_investment_app_key, polygon_key, created_at, updated_at)
SELECT k, CONCAT('planted-', k), '', @at, @at FROM users;
