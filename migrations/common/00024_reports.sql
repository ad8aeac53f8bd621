-- What reports count of a task: who answered first and after how long, and the same of its last resolution. Described in
-- domain/README.md. Of older tasks only the day on which they were resolved is known, about.
-- compatible_from: 1

-- +goose Up
ALTER TABLE tasks ADD COLUMN first_answered_by {{uuid}};
ALTER TABLE tasks ADD COLUMN first_answer_s BIGINT;
ALTER TABLE tasks ADD COLUMN resolved_at {{ts}};
ALTER TABLE tasks ADD COLUMN resolved_by {{uuid}};
ALTER TABLE tasks ADD COLUMN resolution_s BIGINT;
UPDATE tasks SET resolved_at = updated_at WHERE category = 'resolved';
CREATE INDEX tasks_by_resolution ON tasks (account_id, resolved_at, id) WHERE resolved_at IS NOT NULL;

INSERT INTO schema_compat (version, compatible_from) VALUES (24, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 24;
DROP INDEX tasks_by_resolution;
ALTER TABLE tasks DROP COLUMN resolution_s;
ALTER TABLE tasks DROP COLUMN resolved_by;
ALTER TABLE tasks DROP COLUMN resolved_at;
ALTER TABLE tasks DROP COLUMN first_answer_s;
ALTER TABLE tasks DROP COLUMN first_answered_by;
