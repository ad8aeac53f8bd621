-- Delivery within the platform's limits: how much of them a channel has used, its pace, and an index by which work is
-- claimed channel by channel; what the platform has refused before, the files it has already, and links to files instead of
-- files. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE channels ADD COLUMN usage_percent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN usage_limit TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN usage_at {{ts}};
ALTER TABLE channels ADD COLUMN regain_at {{ts}};
ALTER TABLE channels ADD COLUMN paced_until {{ts}};
ALTER TABLE channels ADD COLUMN throttles BIGINT NOT NULL DEFAULT 0;

CREATE INDEX due_work_by_channel ON due_work (queue, channel_id, due_at, key);

CREATE TABLE learned_refusals (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    whose      TEXT NOT NULL,
    file_type  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    code       BIGINT NOT NULL,
    subcode    BIGINT NOT NULL,
    times      BIGINT NOT NULL,
    learned_at {{ts}} NOT NULL,
    expires_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, whose, file_type)
);

CREATE TABLE platform_files (
    account_id  {{uuid}} NOT NULL,
    channel_id  {{uuid}} NOT NULL,
    sha256      TEXT NOT NULL,
    file_type   TEXT NOT NULL,
    external_id TEXT NOT NULL,
    expires_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, sha256, file_type)
);

CREATE TABLE file_links (
    token_hash     {{bytes}} NOT NULL PRIMARY KEY,
    account_id     {{uuid}} NOT NULL,
    attachment_id  {{uuid}} NOT NULL,
    sealed         {{bytes}} NOT NULL,
    created_by     {{uuid}},
    created_at     {{ts}} NOT NULL,
    expires_at     {{ts}} NOT NULL,
    revoked_at     {{ts}},
    opened         BIGINT NOT NULL,
    last_opened_at {{ts}},
    UNIQUE (account_id, attachment_id)
);

CREATE TABLE message_templates (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    language   TEXT NOT NULL,
    definition {{json}} NOT NULL,
    fetched_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, name, language)
);

ALTER TABLE messages ADD COLUMN as_link BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE messages ADD COLUMN template {{json}};

INSERT INTO schema_compat (version, compatible_from) VALUES (6, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 6;
ALTER TABLE messages DROP COLUMN template;
ALTER TABLE messages DROP COLUMN as_link;
DROP TABLE message_templates;
DROP TABLE file_links;
DROP TABLE platform_files;
DROP TABLE learned_refusals;
DROP INDEX due_work_by_channel;
ALTER TABLE channels DROP COLUMN throttles;
ALTER TABLE channels DROP COLUMN paced_until;
ALTER TABLE channels DROP COLUMN regain_at;
ALTER TABLE channels DROP COLUMN usage_at;
ALTER TABLE channels DROP COLUMN usage_limit;
ALTER TABLE channels DROP COLUMN usage_percent;
