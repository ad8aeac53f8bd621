-- What lists of tasks are read along where few tasks fit: people whose reply windows are open, with their conversations, and
-- what nobody has read. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (31, 1);
CREATE INDEX identities_by_window ON identities (account_id, window_until, id) WHERE window_until IS NOT NULL;
CREATE INDEX conversations_by_identity ON conversations (account_id, identity_id, id) WHERE identity_id IS NOT NULL;
CREATE INDEX tasks_unread ON tasks (account_id, last_comment_at, id) WHERE unread;

-- +goose Down
DROP INDEX tasks_unread;
DROP INDEX conversations_by_identity;
DROP INDEX identities_by_window;
DELETE FROM schema_compat WHERE version = 31;
