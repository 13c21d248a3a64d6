-- Books a split for the shares that an account holds from before it: their number changes, cash and cost do not. Booked
-- once for each session; repeating it changes nothing. While open orders have reserved more than would be left, nothing
-- is booked: they end first.
-- Parameters: p_ratio new shares for one old one.
-- Result: is_new.
-- Errors: those of fp_account_residence_require and fp_portfolio_ledger_post.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_portfolio_split_book(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_asset_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_session DATE,
    IN p_ratio DECIMAL(19, 6)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_locked BIGINT UNSIGNED;
    DECLARE v_is_booked BOOLEAN;
    DECLARE v_before DECIMAL(19, 6);
    DECLARE v_change DECIMAL(19, 6);
    DECLARE v_free DECIMAL(19, 6);
    DECLARE v_is_new BOOLEAN DEFAULT FALSE;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT account_db_key INTO v_locked FROM table_user_accounts WHERE account_db_key = p_account_db_key FOR UPDATE;
    SELECT COALESCE(SUM(entry_type = 'SPLIT' AND session = p_session), 0) > 0,
           COALESCE(SUM(IF(session < p_session, quantity_change, 0)), 0)
      INTO v_is_booked, v_before
      FROM table_user_ledger
     WHERE account_db_key = p_account_db_key AND asset_code = p_asset_code;
    SELECT quantity - reserved_quantity INTO v_free
      FROM table_user_portfolios
     WHERE account_db_key = p_account_db_key AND asset_code = p_asset_code
       FOR UPDATE;
    SET v_change = TRUNCATE(v_before * p_ratio, 6) - v_before;

    IF NOT v_is_booked AND v_before > 0 AND v_change <> 0 AND v_free + v_change >= 0 THEN
        CALL fp_portfolio_ledger_post(
            p_account_db_key, 'SPLIT', p_session, 0, p_asset_code, v_change, 0, NULL, 0, 0, NULL, NULL
        );
        SET v_is_new = TRUE;
    END IF;

    SELECT v_is_new AS is_new;
END;
