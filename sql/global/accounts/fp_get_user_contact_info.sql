-- How an account is reached, for whoever sends something to it; changes nothing. Whoever sends must look at the flags.
-- Result: account_db_key, account_status, nickname, language, email, email_verified, phone_number, phone_verified.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_user_contact_info(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (SELECT 1 FROM table_accountid WHERE account_db_key = p_account_db_key) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT a.account_db_key, a.account_status, a.nickname, p.language, a.email, a.email_verified, a.phone_number,
           a.phone_verified
      FROM table_accountid a
      JOIN table_user_profiles p ON p.account_db_key = a.account_db_key
     WHERE a.account_db_key = p_account_db_key;
END;
