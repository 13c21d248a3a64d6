-- What was written stays as it was written.
-- Errors: 31168 ledger_immutable.
CREATE TRIGGER tr_table_user_ledger_update
BEFORE UPDATE ON table_user_ledger
FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31168, MESSAGE_TEXT = 'an entry of the ledger is never changed';
