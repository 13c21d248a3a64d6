-- Whether these are a state of five numbers and its covariance: 5 x 5 numbers, symmetric to the last bit and positive
-- definite (every pivot of the elimination is positive).
-- Result: 1 or 0.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE FUNCTION fn_kalman_state_is_sound(
    p_state_vector_x JSON,
    p_covariance_matrix_p JSON
)
RETURNS BOOLEAN
READS SQL DATA
SQL SECURITY INVOKER
BEGIN
    DECLARE v_rows, v_numbers, v_i INT DEFAULT 0;
    DECLARE a11, a12, a13, a14, a15, a22, a23, a24, a25, a33, a34, a35, a44, a45, a55 DOUBLE;
    DECLARE a21, a31, a32, a41, a42, a43, a51, a52, a53, a54 DOUBLE;

    IF COALESCE(JSON_TYPE(p_state_vector_x), '') <> 'ARRAY' OR COALESCE(JSON_TYPE(p_covariance_matrix_p), '') <> 'ARRAY'
        OR JSON_LENGTH(p_state_vector_x) <> 5 OR JSON_LENGTH(p_covariance_matrix_p) <> 5
    THEN
        RETURN FALSE;
    END IF;
    WHILE v_i < 5 DO
        SET v_rows = v_rows
            + (COALESCE(JSON_LENGTH(p_covariance_matrix_p, CONCAT('$[', v_i, ']')), 0) = 5);
        SET v_i = v_i + 1;
    END WHILE;
    -- A text in place of a number shows as a quotation mark, null, true and false by their letters.
    IF v_rows <> 5
        OR CONCAT(p_state_vector_x, p_covariance_matrix_p) REGEXP '["a-df-z{}]'
    THEN
        RETURN FALSE;
    END IF;

    SELECT COUNT(n) INTO v_numbers
      FROM JSON_TABLE(p_state_vector_x, '$[*]' COLUMNS (n DOUBLE PATH '$')) AS x;
    SELECT c11, c12, c13, c14, c15, c21, c22, c23, c24, c25, c31, c32, c33, c34, c35, c41, c42, c43, c44, c45,
           c51, c52, c53, c54, c55
      INTO a11, a12, a13, a14, a15, a21, a22, a23, a24, a25, a31, a32, a33, a34, a35, a41, a42, a43, a44, a45,
           a51, a52, a53, a54, a55
      FROM JSON_TABLE(p_covariance_matrix_p, '$' COLUMNS (
               c11 DOUBLE PATH '$[0][0]', c12 DOUBLE PATH '$[0][1]', c13 DOUBLE PATH '$[0][2]',
               c14 DOUBLE PATH '$[0][3]', c15 DOUBLE PATH '$[0][4]',
               c21 DOUBLE PATH '$[1][0]', c22 DOUBLE PATH '$[1][1]', c23 DOUBLE PATH '$[1][2]',
               c24 DOUBLE PATH '$[1][3]', c25 DOUBLE PATH '$[1][4]',
               c31 DOUBLE PATH '$[2][0]', c32 DOUBLE PATH '$[2][1]', c33 DOUBLE PATH '$[2][2]',
               c34 DOUBLE PATH '$[2][3]', c35 DOUBLE PATH '$[2][4]',
               c41 DOUBLE PATH '$[3][0]', c42 DOUBLE PATH '$[3][1]', c43 DOUBLE PATH '$[3][2]',
               c44 DOUBLE PATH '$[3][3]', c45 DOUBLE PATH '$[3][4]',
               c51 DOUBLE PATH '$[4][0]', c52 DOUBLE PATH '$[4][1]', c53 DOUBLE PATH '$[4][2]',
               c54 DOUBLE PATH '$[4][3]', c55 DOUBLE PATH '$[4][4]'
           )) AS p;
    IF v_numbers <> 5 OR a12 <> a21 OR a13 <> a31 OR a14 <> a41 OR a15 <> a51 OR a23 <> a32 OR a24 <> a42
        OR a25 <> a52 OR a34 <> a43 OR a35 <> a53 OR a45 <> a54 OR COALESCE(a11, 0) <= 0
    THEN
        RETURN FALSE;
    END IF;

    SET a22 = a22 - a12 * a12 / a11, a23 = a23 - a12 * a13 / a11, a24 = a24 - a12 * a14 / a11,
        a25 = a25 - a12 * a15 / a11, a33 = a33 - a13 * a13 / a11, a34 = a34 - a13 * a14 / a11,
        a35 = a35 - a13 * a15 / a11, a44 = a44 - a14 * a14 / a11, a45 = a45 - a14 * a15 / a11,
        a55 = a55 - a15 * a15 / a11;
    IF COALESCE(a22, 0) <= 0 THEN
        RETURN FALSE;
    END IF;
    SET a33 = a33 - a23 * a23 / a22, a34 = a34 - a23 * a24 / a22, a35 = a35 - a23 * a25 / a22,
        a44 = a44 - a24 * a24 / a22, a45 = a45 - a24 * a25 / a22, a55 = a55 - a25 * a25 / a22;
    IF COALESCE(a33, 0) <= 0 THEN
        RETURN FALSE;
    END IF;
    SET a44 = a44 - a34 * a34 / a33, a45 = a45 - a34 * a35 / a33, a55 = a55 - a35 * a35 / a33;
    IF COALESCE(a44, 0) <= 0 THEN
        RETURN FALSE;
    END IF;
    RETURN COALESCE(a55 - a45 * a45 / a44, 0) > 0;
END;
