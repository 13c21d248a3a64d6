-- The earlier platform's tables of its global database as far as they are imported; from facts about columns and types.

CREATE TABLE table_accountid (
    account_db_key BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    platform_type TINYINT NOT NULL DEFAULT 1,
    account_id VARCHAR(100) NOT NULL,
    account_status VARCHAR(15) NOT NULL DEFAULT 'Normal',
    block_endtime DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    is_withdraw BIT(1) NOT NULL DEFAULT 0,
    withdraw_cancel_count TINYINT NOT NULL DEFAULT 0,
    withdraw_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    login_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    logout_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    create_time DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    password_hash VARCHAR(255) NOT NULL,
    nickname VARCHAR(50) NOT NULL,
    email VARCHAR(100),
    phone_number VARCHAR(20),
    email_verified BIT(1) NOT NULL DEFAULT 0,
    phone_verified BIT(1) NOT NULL DEFAULT 0,
    payment_plan ENUM('FREE','BASIC','PREMIUM','ENTERPRISE') DEFAULT 'FREE',
    plan_expires_at DATETIME,
    account_level INT DEFAULT 1,
    login_count INT DEFAULT 0,
    birth_year INT,
    birth_month INT,
    birth_day INT,
    gender ENUM('M','F','OTHER'),
    UNIQUE (platform_type, account_id)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_user_shard_mapping (
    account_db_key BIGINT UNSIGNED PRIMARY KEY,
    shard_id INT NOT NULL,
    assigned_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_user_profiles (
    account_db_key BIGINT UNSIGNED PRIMARY KEY,
    investment_experience ENUM('BEGINNER','INTERMEDIATE','EXPERT') DEFAULT 'BEGINNER',
    risk_tolerance ENUM('CONSERVATIVE','MODERATE','AGGRESSIVE') DEFAULT 'MODERATE',
    investment_goal ENUM('GROWTH','INCOME','PRESERVATION') DEFAULT 'GROWTH',
    monthly_budget DECIMAL(15,2) NOT NULL DEFAULT 0,
    profile_completed TINYINT(1) DEFAULT 0,
    country VARCHAR(3) DEFAULT 'KOR',
    timezone VARCHAR(50) DEFAULT 'Asia/Seoul',
    email_notifications_enabled BIT(1) NOT NULL DEFAULT 0,
    sms_notifications_enabled BIT(1) NOT NULL DEFAULT 0,
    push_notifications_enabled BIT(1) NOT NULL DEFAULT 0,
    price_alert_enabled BIT(1) NOT NULL DEFAULT 0,
    news_alert_enabled BIT(1) NOT NULL DEFAULT 0,
    portfolio_alert_enabled BIT(1) NOT NULL DEFAULT 0,
    trade_alert_enabled BIT(1) NOT NULL DEFAULT 0,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_user_payments (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    account_db_key BIGINT UNSIGNED NOT NULL,
    payment_plan VARCHAR(10) NOT NULL DEFAULT 'FREE',
    plan_name VARCHAR(50) NOT NULL,
    plan_price DECIMAL(10,2) NOT NULL DEFAULT 0,
    currency VARCHAR(3) NOT NULL DEFAULT 'KRW',
    billing_cycle ENUM('MONTHLY','YEARLY') DEFAULT 'MONTHLY',
    starts_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at DATETIME,
    auto_renewal BIT(1) NOT NULL DEFAULT 0,
    payment_method VARCHAR(50),
    payment_status ENUM('ACTIVE','EXPIRED','CANCELLED','PENDING') DEFAULT 'PENDING',
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (account_db_key)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_password_history (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    account_db_key BIGINT UNSIGNED NOT NULL,
    old_password_hash VARCHAR(255) NOT NULL,
    new_password_hash VARCHAR(255) NOT NULL,
    change_reason VARCHAR(100) DEFAULT 'USER_REQUESTED',
    changed_by_ip VARCHAR(45),
    changed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_user_api_keys (
    id BIGINT PRIMARY KEY AUTO_INCREMENT,
    account_db_key BIGINT UNSIGNED NOT NULL,
    korea_investment_app_key VARCHAR(255),
    korea_investment_app_secret VARCHAR(255),
    alpha_vantage_key VARCHAR(255),
    polygon_key VARCHAR(255),
    finnhub_key VARCHAR(255),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (account_db_key)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;
