-- The vault in parts, one for each month, as attempts are (00032_months.sql says how): what is there stays where it is and
-- becomes the part of all months until the end of this one. Nothing is copied; what is there is read three times, to look for
-- months that have not begun, to make its new key, and to see that it is in its months. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (38, 1);

ALTER TABLE inbound_events RENAME TO inbound_events_before;
ALTER TABLE inbound_events_before DROP CONSTRAINT inbound_events_pkey;
ALTER INDEX inbound_events_due RENAME TO inbound_events_before_due;
ALTER INDEX inbound_events_bodies RENAME TO inbound_events_before_bodies;
ALTER INDEX inbound_events_by_time RENAME TO inbound_events_before_by_time;
ALTER INDEX inbound_events_by_channel RENAME TO inbound_events_before_by_channel;
ALTER INDEX inbound_events_by_state RENAME TO inbound_events_before_by_state;
ALTER INDEX inbound_events_by_replay RENAME TO inbound_events_before_by_replay;
ALTER INDEX inbound_events_by_contact RENAME TO inbound_events_before_by_contact;

CREATE TABLE inbound_events (LIKE inbound_events_before INCLUDING DEFAULTS) PARTITION BY RANGE (month);
CREATE INDEX inbound_events_due ON inbound_events (slot, occurred_at, received_at, id) WHERE state = 'received';
CREATE INDEX inbound_events_bodies ON inbound_events (account_id, state, received_at, id) WHERE raw IS NOT NULL;
CREATE INDEX inbound_events_by_time ON inbound_events (account_id, received_at, id);
CREATE INDEX inbound_events_by_channel ON inbound_events (account_id, channel_id, received_at, id);
CREATE INDEX inbound_events_by_state ON inbound_events (account_id, state, received_at, id) WHERE state <> 'processed';
CREATE INDEX inbound_events_by_replay ON inbound_events (account_id, replay_id, received_at, id) WHERE replay_id IS NOT NULL;
CREATE INDEX inbound_events_by_contact ON inbound_events (account_id, contact_id, id) WHERE contact_id IS NOT NULL;
-- The key comes last, and so it does in each part: among indexes that look as good as each other, as all do while a part is
-- empty, PostgreSQL takes the youngest.
ALTER TABLE inbound_events ADD PRIMARY KEY (account_id, id, month);
CREATE TABLE inbound_events_rest PARTITION OF inbound_events DEFAULT;

-- +goose StatementBegin
DO $$
DECLARE
    begins TIMESTAMP := date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month';
    next BIGINT := to_char(begins, 'YYYYMM');
    second BIGINT := to_char(begins + interval '1 month', 'YYYYMM');
    third BIGINT := to_char(begins + interval '2 months', 'YYYYMM');
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF inbound_events FOR VALUES FROM (%s) TO (%s)', 'inbound_events_m' || next, next, second);
    EXECUTE format('CREATE TABLE %I PARTITION OF inbound_events FOR VALUES FROM (%s) TO (%s)', 'inbound_events_m' || second, second, third);
    -- A clock may have been ahead.
    WITH ahead AS (DELETE FROM inbound_events_before WHERE month >= next RETURNING *)
    INSERT INTO inbound_events SELECT * FROM ahead;
    EXECUTE format('ALTER TABLE inbound_events ATTACH PARTITION inbound_events_before FOR VALUES FROM (MINVALUE) TO (%s)', next);
END $$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE inbound_events RENAME TO inbound_events_parted;
CREATE TABLE inbound_events (LIKE inbound_events_parted INCLUDING DEFAULTS);
INSERT INTO inbound_events SELECT * FROM inbound_events_parted;
DROP TABLE inbound_events_parted;
ALTER TABLE inbound_events ADD PRIMARY KEY (account_id, id);
CREATE INDEX inbound_events_due ON inbound_events (slot, occurred_at, received_at, id) WHERE state = 'received';
CREATE INDEX inbound_events_bodies ON inbound_events (account_id, state, received_at, id) WHERE raw IS NOT NULL;
CREATE INDEX inbound_events_by_time ON inbound_events (account_id, received_at, id);
CREATE INDEX inbound_events_by_channel ON inbound_events (account_id, channel_id, received_at, id);
CREATE INDEX inbound_events_by_state ON inbound_events (account_id, state, received_at, id) WHERE state <> 'processed';
CREATE INDEX inbound_events_by_replay ON inbound_events (account_id, replay_id, received_at, id) WHERE replay_id IS NOT NULL;
CREATE INDEX inbound_events_by_contact ON inbound_events (account_id, contact_id, id) WHERE contact_id IS NOT NULL;
DELETE FROM schema_compat WHERE version = 38;
