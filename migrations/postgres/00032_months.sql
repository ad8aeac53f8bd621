-- Attempts in parts, one for each month, so that a month that nobody needs is dropped at once. What has no part of its own
-- goes into attempts_rest: no insert fails for want of one. Rows that are there stay where they are: their table becomes the
-- part of all months until the end of this one, in which they are taken away one by one as before, and which goes as a whole
-- when nothing in it is needed. The next two months have their parts from the beginning; further ones are made and all are dropped by a job (domain/storage/months.go). A key of a parted table has
-- the month in it; nothing relies on ids alone being unique. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (32, 1);

ALTER TABLE attempts RENAME TO attempts_before;
ALTER TABLE attempts_before DROP CONSTRAINT attempts_pkey;
ALTER INDEX attempts_by_message RENAME TO attempts_before_by_message;
ALTER INDEX attempts_by_start RENAME TO attempts_before_by_start;

CREATE TABLE attempts (LIKE attempts_before INCLUDING DEFAULTS) PARTITION BY RANGE (month);
ALTER TABLE attempts ADD PRIMARY KEY (account_id, id, month);
CREATE INDEX attempts_by_message ON attempts (account_id, message_id, id);
CREATE INDEX attempts_by_start ON attempts (account_id, started_at, id);
CREATE TABLE attempts_rest PARTITION OF attempts DEFAULT;

-- +goose StatementBegin
DO $$
DECLARE
    begins TIMESTAMP := date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month';
    next BIGINT := to_char(begins, 'YYYYMM');
    second BIGINT := to_char(begins + interval '1 month', 'YYYYMM');
    third BIGINT := to_char(begins + interval '2 months', 'YYYYMM');
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF attempts FOR VALUES FROM (%s) TO (%s)', 'attempts_m' || next, next, second);
    EXECUTE format('CREATE TABLE %I PARTITION OF attempts FOR VALUES FROM (%s) TO (%s)', 'attempts_m' || second, second, third);
    -- A clock may have been ahead.
    WITH ahead AS (DELETE FROM attempts_before WHERE month >= next RETURNING *)
    INSERT INTO attempts SELECT * FROM ahead;
    EXECUTE format('ALTER TABLE attempts ATTACH PARTITION attempts_before FOR VALUES FROM (MINVALUE) TO (%s)', next);
END $$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE attempts RENAME TO attempts_parted;
CREATE TABLE attempts (LIKE attempts_parted INCLUDING DEFAULTS);
INSERT INTO attempts SELECT * FROM attempts_parted;
DROP TABLE attempts_parted;
ALTER TABLE attempts ADD PRIMARY KEY (account_id, id);
CREATE INDEX attempts_by_message ON attempts (account_id, message_id, id);
CREATE INDEX attempts_by_start ON attempts (account_id, started_at, id);
DELETE FROM schema_compat WHERE version = 32;
