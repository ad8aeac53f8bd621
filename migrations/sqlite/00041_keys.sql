-- What has come already, in one tree by its key and not in two, of a row's number and of its key: a webhook writes a page less,
-- and a million of them take 120 MB less room.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (41, 1);

ALTER TABLE event_keys RENAME TO event_keys_before;
CREATE TABLE event_keys (
    account_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (account_id, channel_id, key)
) WITHOUT ROWID;
INSERT INTO event_keys (account_id, channel_id, key, event_id, created_at)
    SELECT account_id, channel_id, key, event_id, created_at FROM event_keys_before ORDER BY account_id, channel_id, key;
DROP TABLE event_keys_before;

-- +goose Down
ALTER TABLE event_keys RENAME TO event_keys_before;
CREATE TABLE event_keys (
    account_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (account_id, channel_id, key)
);
INSERT INTO event_keys (account_id, channel_id, key, event_id, created_at)
    SELECT account_id, channel_id, key, event_id, created_at FROM event_keys_before ORDER BY account_id, channel_id, key;
DROP TABLE event_keys_before;
DELETE FROM schema_compat WHERE version = 41;
