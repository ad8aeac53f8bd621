-- Work on a task: snoozed and merged tasks, reminders, what staff are told of, and labels with their colours. Described in
-- domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE tasks ADD COLUMN snoozed_until {{ts}};
ALTER TABLE tasks ADD COLUMN merged_into {{uuid}};
ALTER TABLE tasks ADD COLUMN read_at {{ts}};
CREATE INDEX tasks_going_stale ON tasks (account_id, channel_id, category, last_comment_at, id) WHERE category <> 'resolved';
CREATE INDEX tasks_snoozed ON tasks (account_id, last_comment_at, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX tasks_merged ON tasks (account_id, merged_into, id) WHERE merged_into IS NOT NULL;
CREATE INDEX tasks_by_topic ON tasks (account_id, topic, id) WHERE topic <> '';

CREATE TABLE task_reminders (
    account_id      {{uuid}} NOT NULL,
    id              {{uuid}} NOT NULL,
    task_id         {{uuid}} NOT NULL,
    staff_id        {{uuid}} NOT NULL,
    due_at          {{ts}} NOT NULL,
    unless_answered BOOLEAN NOT NULL,
    note            TEXT NOT NULL,
    created_at      {{ts}} NOT NULL,
    done_at         {{ts}},
    outcome         TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX task_reminders_open ON task_reminders (account_id, task_id, staff_id, due_at) WHERE done_at IS NULL;

CREATE TABLE task_merges (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    from_id    {{uuid}} NOT NULL,
    into_id    {{uuid}} NOT NULL,
    was        {{json}} NOT NULL,
    created_at {{ts}} NOT NULL,
    undone_at  {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX task_merges_by_from ON task_merges (account_id, from_id, id);

CREATE TABLE merged_comments (
    account_id {{uuid}} NOT NULL,
    merge_id   {{uuid}} NOT NULL,
    comment_id {{uuid}} NOT NULL,
    PRIMARY KEY (account_id, merge_id, comment_id)
);

CREATE TABLE notifications (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    type       TEXT NOT NULL,
    task_id    {{uuid}} NOT NULL,
    comment_id {{uuid}},
    by_name    TEXT NOT NULL,
    text       TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    read_at    {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX notifications_of_staff ON notifications (account_id, staff_id, id);

CREATE TABLE labels (
    account_id {{uuid}} NOT NULL,
    type       TEXT NOT NULL,
    name       TEXT NOT NULL,
    color      TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, type, name)
);

INSERT INTO schema_compat (version, compatible_from) VALUES (12, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 12;
DROP TABLE labels;
DROP TABLE notifications;
DROP TABLE merged_comments;
DROP TABLE task_merges;
DROP TABLE task_reminders;
DROP INDEX tasks_by_topic;
DROP INDEX tasks_merged;
DROP INDEX tasks_snoozed;
DROP INDEX tasks_going_stale;
ALTER TABLE tasks DROP COLUMN read_at;
ALTER TABLE tasks DROP COLUMN merged_into;
ALTER TABLE tasks DROP COLUMN snoozed_until;
