-- Lists of tasks by when they were made.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (5, 1);
CREATE INDEX tasks_by_creation ON tasks (account_id, created_at, id);

-- +goose Down
DROP INDEX tasks_by_creation;
DELETE FROM schema_compat WHERE version = 5;
