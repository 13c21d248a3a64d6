-- Changes how an account is called and reached. NULL leaves a value as it is, '' removes the phone number. Another e-mail
-- address or phone number is not verified.
-- Errors: 31002 account_unknown, 31102 email_taken (decided by a unique key).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_update_basic_profile(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_nickname VARCHAR(50),
    IN p_email VARCHAR(254),
    IN p_phone_number VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_email VARCHAR(254);
    DECLARE v_phone_number VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_duplicate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    DECLARE EXIT HANDLER FOR 1062
    BEGIN
        GET DIAGNOSTICS CONDITION 1 v_duplicate = MESSAGE_TEXT;
        IF LOCATE('uq_accountid_platform_email', v_duplicate) > 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31102, MESSAGE_TEXT = 'the e-mail address has an account already';
        END IF;
        RESIGNAL;
    END;

    SELECT email, phone_number INTO v_email, v_phone_number
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_email IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    -- The flags first: MySQL sees what stands left of an assignment as already changed.
    UPDATE table_accountid
       SET email_verified = email_verified AND (p_email IS NULL OR p_email = v_email),
           phone_verified = phone_verified AND (p_phone_number IS NULL OR p_phone_number = v_phone_number),
           nickname = COALESCE(p_nickname, nickname),
           email = COALESCE(p_email, email),
           phone_number = IF(p_phone_number IS NULL, phone_number, NULLIF(p_phone_number, ''))
     WHERE account_db_key = p_account_db_key;
END;
