-- What staff are writing and have not sent, and files that are kept to be sent many times. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
CREATE TABLE task_drafts (
    account_id     {{uuid}} NOT NULL,
    staff_id       {{uuid}} NOT NULL,
    task_id        {{uuid}} NOT NULL,
    way            TEXT NOT NULL,
    text           TEXT NOT NULL,
    reply_to       {{uuid}},
    attachment_ids {{json}},
    updated_at     {{ts}} NOT NULL,
    PRIMARY KEY (account_id, staff_id, task_id, way)
);
CREATE INDEX task_drafts_by_task ON task_drafts (account_id, task_id);

ALTER TABLE attachments ADD COLUMN kept BOOLEAN NOT NULL DEFAULT FALSE;

INSERT INTO schema_compat (version, compatible_from) VALUES (17, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 17;
ALTER TABLE attachments DROP COLUMN kept;
DROP TABLE task_drafts;
