-- What the list of tasks shows of deliveries: messages that need somebody, by task. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (15, 1);
CREATE INDEX messages_in_trouble ON messages (account_id, task_id, state) WHERE state IN ('failed', 'refused', 'unconfirmed');

-- +goose Down
DROP INDEX messages_in_trouble;
DELETE FROM schema_compat WHERE version = 15;
