-- What a next version may do to the schema while this one works: it widens. compatible_from: 1
-- +goose Up
ALTER TABLE inbound_events ADD COLUMN ahead_note TEXT NOT NULL DEFAULT '';
ALTER TABLE event_keys ADD COLUMN ahead_note TEXT;
ALTER TABLE contacts ADD COLUMN ahead_note TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN ahead_note TEXT;
ALTER TABLE tasks ADD COLUMN ahead_note TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN ahead_note TEXT;
ALTER TABLE messages ADD COLUMN ahead_note TEXT NOT NULL DEFAULT '';
ALTER TABLE due_work ADD COLUMN ahead_note TEXT;
ALTER TABLE channels ADD COLUMN ahead_note TEXT;
ALTER TABLE accounts ADD COLUMN ahead_note TEXT;
CREATE INDEX comments_ahead ON comments (account_id, ahead_note);
UPDATE tasks SET ahead_note = 'seen';
INSERT INTO schema_compat (version, compatible_from) VALUES (90000, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 90000;
