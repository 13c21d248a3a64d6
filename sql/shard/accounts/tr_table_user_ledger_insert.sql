-- Refuses a row that does not continue what the account and the position are: its number is the next one, and what was
-- there and what it changes make what it says is there afterwards. Rows of an account that is not active on this
-- shard pass: they are being moved here, behind the account's own row, and ledger_check looks at them afterwards.
-- Errors: 31169 ledger_entry_wrong.
CREATE TRIGGER tr_table_user_ledger_insert
BEFORE INSERT ON table_user_ledger
FOR EACH ROW
BEGIN
    DECLARE v_state VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_continues BOOLEAN;
    DECLARE v_quantity DECIMAL(19, 6);
    DECLARE v_book_cost DECIMAL(19, 6);

    SELECT state INTO v_state
      FROM table_account_residence
     WHERE account_db_key = NEW.account_db_key;

    IF v_state = 'active' THEN
        SELECT NEW.entry_no = entry_no + 1
               AND NEW.cash_after = balance + NEW.cash_change
               AND NEW.currency_code = currency_code
          INTO v_continues
          FROM table_user_accounts
         WHERE account_db_key = NEW.account_db_key
           FOR UPDATE;
        SELECT quantity, book_cost INTO v_quantity, v_book_cost
          FROM table_user_portfolios
         WHERE account_db_key = NEW.account_db_key AND asset_code = NEW.asset_code
           FOR UPDATE;
        IF v_continues IS NULL OR NOT v_continues
           OR NEW.quantity_after <> COALESCE(v_quantity, 0) + NEW.quantity_change
           OR NEW.cost_after <> COALESCE(v_book_cost, 0) + NEW.cost_change
        THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31169, MESSAGE_TEXT = 'the entry does not continue the ledger';
        END IF;
    END IF;
END;
