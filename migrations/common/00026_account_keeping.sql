-- How long an account keeps what it no longer works with, what becomes of files on new channels, and what it looks like to
-- people outside. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE accounts ADD COLUMN keep_bodies_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN keep_files_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN keep_attempts_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN media TEXT NOT NULL DEFAULT 'store';
ALTER TABLE accounts ADD COLUMN brand_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN brand_color TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN logo TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN logo_type TEXT NOT NULL DEFAULT '';

-- Why the bytes of an event are not there: it is only set when the account keeps none so old.
ALTER TABLE inbound_events ADD COLUMN raw_expired_at {{ts}};
CREATE INDEX inbound_events_bodies ON inbound_events (account_id, state, received_at, id) WHERE raw IS NOT NULL;
CREATE INDEX attachments_stored ON attachments (account_id, created_at, id)
    WHERE state = 'stored' AND comment_id IS NOT NULL;
CREATE INDEX attempts_by_start ON attempts (account_id, started_at, id);

INSERT INTO schema_compat (version, compatible_from) VALUES (26, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 26;
DROP INDEX attempts_by_start;
DROP INDEX attachments_stored;
DROP INDEX inbound_events_bodies;
ALTER TABLE inbound_events DROP COLUMN raw_expired_at;
ALTER TABLE accounts DROP COLUMN logo_type;
ALTER TABLE accounts DROP COLUMN logo;
ALTER TABLE accounts DROP COLUMN brand_color;
ALTER TABLE accounts DROP COLUMN brand_name;
ALTER TABLE accounts DROP COLUMN media;
ALTER TABLE accounts DROP COLUMN keep_attempts_days;
ALTER TABLE accounts DROP COLUMN keep_files_days;
ALTER TABLE accounts DROP COLUMN keep_bodies_days;
