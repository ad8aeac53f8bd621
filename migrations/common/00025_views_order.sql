-- The order in which each person has their saved lists of tasks; whether a task has assignees, so that the few without are
-- found among many; messages that failed and are left alone. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
CREATE TABLE task_view_orders (
    account_id {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    view_ids   {{json}},
    updated_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, staff_id),
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id)
);

ALTER TABLE tasks ADD COLUMN assigned BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tasks SET assigned = TRUE WHERE EXISTS
    (SELECT 1 FROM task_assignees AS x WHERE x.account_id = tasks.account_id AND x.task_id = tasks.id);
CREATE INDEX tasks_unassigned ON tasks (account_id, category, last_comment_at, id) WHERE NOT assigned;

ALTER TABLE messages ADD COLUMN left_at {{ts}};

INSERT INTO schema_compat (version, compatible_from) VALUES (25, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 25;
ALTER TABLE messages DROP COLUMN left_at;
DROP INDEX tasks_unassigned;
ALTER TABLE tasks DROP COLUMN assigned;
DROP TABLE task_view_orders;
