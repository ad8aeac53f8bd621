-- Who has a task, in the task itself and in the indexes along which lists are read, so that the tasks of one person are picked
-- out of all in the list's order without looking at each. The asterisk means that it is not known here, and is looked up: of
-- a task made by a program that did not know the column, and of one that very many have. Whatever changes assignees says so
-- by writing «assigned», and the column follows. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (35, 1);

ALTER TABLE tasks ADD COLUMN assignee_ids TEXT NOT NULL DEFAULT '*';
UPDATE tasks SET assignee_ids = (SELECT CASE WHEN count(*) > 20 THEN '*' ELSE coalesce(group_concat(x.assignee_id, ' '), '') END
    FROM task_assignees AS x WHERE x.account_id = tasks.account_id AND x.task_id = tasks.id);

DROP INDEX tasks_by_last_comment;
DROP INDEX tasks_by_category;
CREATE INDEX tasks_by_last_comment ON tasks (account_id, last_comment_at, id, merged_into, assignee_ids);
CREATE INDEX tasks_by_category ON tasks (account_id, category, last_comment_at, id, snoozed_until, merged_into, assignee_ids);

-- +goose StatementBegin
CREATE TRIGGER tasks_held AFTER UPDATE OF assigned ON tasks BEGIN
    UPDATE tasks SET assignee_ids = (SELECT CASE WHEN count(*) > 20 THEN '*' ELSE coalesce(group_concat(x.assignee_id, ' '), '') END
    FROM task_assignees AS x WHERE x.account_id = new.account_id AND x.task_id = new.id)
        WHERE account_id = new.account_id AND id = new.id;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER tasks_held;
DROP INDEX tasks_by_category;
DROP INDEX tasks_by_last_comment;
CREATE INDEX tasks_by_last_comment ON tasks (account_id, last_comment_at, id);
CREATE INDEX tasks_by_category ON tasks (account_id, category, last_comment_at, id);
ALTER TABLE tasks DROP COLUMN assignee_ids;
DELETE FROM schema_compat WHERE version = 35;
