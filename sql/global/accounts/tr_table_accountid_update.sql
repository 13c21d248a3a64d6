-- Keeps each change of an account's status, level and e-mail address, with who made it and why. Both come with the UPDATE
-- itself, in changed_by and change_reason, and do not stay in the row: an update that says neither is nobody's.
CREATE TRIGGER tr_table_accountid_update
BEFORE UPDATE ON table_accountid
FOR EACH ROW
BEGIN
    IF NEW.account_status <> OLD.account_status THEN
        INSERT INTO table_account_audit (account_db_key, subject, old_value, new_value, changed_by, reason, changed_at)
        VALUES (NEW.account_db_key, 'account_status', OLD.account_status, NEW.account_status, NEW.changed_by,
                COALESCE(NEW.change_reason, ''), UTC_TIMESTAMP(6));
    END IF;
    IF NEW.account_level <> OLD.account_level THEN
        INSERT INTO table_account_audit (account_db_key, subject, old_value, new_value, changed_by, reason, changed_at)
        VALUES (NEW.account_db_key, 'account_level', OLD.account_level, NEW.account_level, NEW.changed_by,
                COALESCE(NEW.change_reason, ''), UTC_TIMESTAMP(6));
    END IF;
    IF NEW.email <> OLD.email THEN
        INSERT INTO table_account_audit (account_db_key, subject, old_value, new_value, changed_by, reason, changed_at)
        VALUES (NEW.account_db_key, 'email', OLD.email, NEW.email, NEW.changed_by,
                COALESCE(NEW.change_reason, ''), UTC_TIMESTAMP(6));
    END IF;
    SET NEW.changed_by = NULL, NEW.change_reason = NULL;
END;
