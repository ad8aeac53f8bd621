-- People have working hours in the form in which accounts have them, and reports count in working time. Described in
-- domain/README.md. The column hours of staff, which older programs know, goes a release later.
-- compatible_from: 1

-- +goose Up
ALTER TABLE staff ADD COLUMN working_hours {{json}};

-- Hours without any span meant never: now that is being away.
UPDATE staff SET available = FALSE, away_until = NULL
WHERE hours ->> 'zone' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {{elements}}(hours -> 'spans') AS e);

-- Spans were in any order, and might overlap: those that touch become one.
WITH spans AS (
    SELECT s.account_id, s.id, CAST(e.value ->> 'day' AS INTEGER) AS day,
        CAST(e.value ->> 'from' AS INTEGER) AS begins, CAST(e.value ->> 'to' AS INTEGER) AS ends
    FROM staff AS s, {{elements}}(s.hours -> 'spans') AS e
), apart AS (
    SELECT account_id, id, day, begins, ends, CASE WHEN begins <= max(ends) OVER (
        PARTITION BY account_id, id, day ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) THEN 0 ELSE 1 END AS first
    FROM spans
), numbered AS (
    SELECT account_id, id, day, begins, ends, sum(first) OVER (
        PARTITION BY account_id, id, day ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS number
    FROM apart
), merged AS (
    SELECT account_id, id, day, min(begins) AS begins, max(ends) AS ends
    FROM numbered GROUP BY account_id, id, day, number
), written AS (
    SELECT account_id, id, day, begins,
        SUBSTR(CAST(100 + begins / 60 AS TEXT), 2) || ':' || SUBSTR(CAST(100 + begins % 60 AS TEXT), 2) || '-' ||
        SUBSTR(CAST(100 + ends / 60 AS TEXT), 2) || ':' || SUBSTR(CAST(100 + ends % 60 AS TEXT), 2) AS span
    FROM merged
), days AS (
    SELECT account_id, id, '"' || CASE day WHEN 1 THEN 'monday' WHEN 2 THEN 'tuesday' WHEN 3 THEN 'wednesday'
        WHEN 4 THEN 'thursday' WHEN 5 THEN 'friday' WHEN 6 THEN 'saturday' ELSE 'sunday' END ||
        '":["' || string_agg(span, '","' ORDER BY begins) || '"]' AS day
    FROM written GROUP BY account_id, id, day
), weeks AS (
    SELECT account_id, id, string_agg(day, ',') AS week FROM days GROUP BY account_id, id
)
UPDATE staff SET working_hours = CAST('{"time_zone":"' || (staff.hours ->> 'zone') || '",' || weeks.week || '}' AS {{json}})
FROM weeks WHERE weeks.account_id = staff.account_id AND weeks.id = staff.id;

ALTER TABLE tasks ADD COLUMN first_answer_work_s BIGINT;
ALTER TABLE tasks ADD COLUMN resolution_work_s BIGINT;

INSERT INTO schema_compat (version, compatible_from) VALUES (27, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 27;
ALTER TABLE tasks DROP COLUMN resolution_work_s;
ALTER TABLE tasks DROP COLUMN first_answer_work_s;
ALTER TABLE staff DROP COLUMN working_hours;
