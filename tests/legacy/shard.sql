-- The earlier platform's tables of its shards as far as they are imported; from facts about columns and types.

CREATE TABLE table_user_accounts (
    account_db_key BIGINT UNSIGNED PRIMARY KEY,
    account_number VARCHAR(20) NOT NULL UNIQUE,
    balance DECIMAL(15,2) NOT NULL DEFAULT 0,
    account_type ENUM('checking','savings','investment') DEFAULT 'checking',
    account_status ENUM('active','suspended','closed') DEFAULT 'active',
    currency_code VARCHAR(3) DEFAULT 'USD',
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_user_portfolios (
    portfolio_id BIGINT PRIMARY KEY AUTO_INCREMENT,
    account_db_key BIGINT UNSIGNED NOT NULL,
    asset_code VARCHAR(10) NOT NULL,
    asset_type ENUM('STOCK','ETF','FUND','CASH','CRYPTO') DEFAULT 'STOCK',
    quantity DECIMAL(15,6) NOT NULL DEFAULT 0,
    average_cost DECIMAL(15,2) NOT NULL DEFAULT 0,
    current_value DECIMAL(15,2) NOT NULL DEFAULT 0,
    last_updated DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (account_db_key, asset_code)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_signal_alarms (
    alarm_id VARCHAR(128) PRIMARY KEY,
    account_db_key BIGINT UNSIGNED NOT NULL,
    symbol VARCHAR(50) NOT NULL,
    company_name VARCHAR(200),
    current_price DECIMAL(19,6),
    exchange VARCHAR(50),
    currency VARCHAR(10),
    note VARCHAR(500),
    is_active TINYINT DEFAULT 1,
    is_deleted TINYINT DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_signal_history (
    signal_id VARCHAR(128) PRIMARY KEY,
    alarm_id VARCHAR(128) NOT NULL,
    account_db_key BIGINT UNSIGNED NOT NULL,
    symbol VARCHAR(50) NOT NULL,
    signal_type VARCHAR(10) NOT NULL,
    signal_price DECIMAL(19,6),
    volume BIGINT,
    triggered_at DATETIME(6),
    price_after_1d DECIMAL(19,6),
    profit_rate DECIMAL(10,6),
    is_win TINYINT,
    evaluated_at DATETIME(6),
    is_deleted TINYINT DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_kalman_history (
    idx BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    ticker VARCHAR(20) NOT NULL,
    account_db_key BIGINT UNSIGNED NOT NULL,
    timestamp DATETIME(6) NOT NULL,
    state_vector_x JSON NOT NULL,
    covariance_matrix_p JSON NOT NULL,
    step_count INT DEFAULT 0,
    trading_signal VARCHAR(20),
    market_data JSON,
    performance_metrics JSON,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_chat_rooms (
    room_id VARCHAR(128) PRIMARY KEY,
    account_db_key BIGINT UNSIGNED NOT NULL,
    title VARCHAR(200) NOT NULL,
    ai_persona VARCHAR(100) NOT NULL,
    last_message_id VARCHAR(128),
    last_message_at DATETIME(6),
    message_count INT DEFAULT 0,
    is_active TINYINT(1) DEFAULT 1,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_chat_messages (
    idx BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    message_id VARCHAR(128) NOT NULL UNIQUE,
    room_id VARCHAR(128) NOT NULL,
    account_db_key BIGINT UNSIGNED NOT NULL,
    message_type ENUM('USER','AI','SYSTEM') NOT NULL DEFAULT 'USER',
    content TEXT NOT NULL,
    metadata JSON,
    parent_message_id VARCHAR(128),
    is_deleted TINYINT(1) DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_tutorial_progress (
    account_db_key BIGINT UNSIGNED NOT NULL,
    tutorial_type VARCHAR(50) NOT NULL,
    completed_step INT NOT NULL DEFAULT 0,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (account_db_key, tutorial_type)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE table_inapp_notifications (
    idx BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,
    notification_id VARCHAR(128) NOT NULL UNIQUE,
    account_db_key BIGINT UNSIGNED NOT NULL,
    type_id VARCHAR(64) NOT NULL,
    title VARCHAR(255) NOT NULL,
    message TEXT NOT NULL,
    data JSON,
    priority TINYINT UNSIGNED DEFAULT 3,
    is_read TINYINT(1) DEFAULT 0,
    read_at DATETIME(6),
    expires_at DATETIME(6),
    is_deleted TINYINT(1) DEFAULT 0,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    updated_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;
