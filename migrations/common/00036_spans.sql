-- The other time of a task in the indexes of its two times, so that tasks that were made in a span of time are put in the order
-- of their last comments without reading one of them, and the other way round.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (36, 1);

DROP INDEX tasks_by_creation;
DROP INDEX tasks_by_last_comment;
CREATE INDEX tasks_by_creation ON tasks (account_id, created_at, id, last_comment_at, merged_into);
CREATE INDEX tasks_by_last_comment ON tasks (account_id, last_comment_at, id, merged_into, assignee_ids, created_at);

-- +goose Down
DROP INDEX tasks_by_last_comment;
DROP INDEX tasks_by_creation;
CREATE INDEX tasks_by_last_comment ON tasks (account_id, last_comment_at, id, merged_into, assignee_ids);
CREATE INDEX tasks_by_creation ON tasks (account_id, created_at, id);
DELETE FROM schema_compat WHERE version = 36;
