-- What has come already, in one tree by its key and not in two, of a row's number and of its key: a webhook writes a page less,
-- and a million of them take 120 MB less room.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (41, 1);

CREATE TABLE keys_in_one_tree (
    account_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (account_id, channel_id, key)
) WITHOUT ROWID;
INSERT INTO keys_in_one_tree (account_id, channel_id, key, event_id, created_at)
    SELECT account_id, channel_id, key, event_id, created_at FROM event_keys ORDER BY account_id, channel_id, key;
DROP TABLE event_keys;
ALTER TABLE keys_in_one_tree RENAME TO event_keys;

-- +goose Down
CREATE TABLE keys_in_two_trees (
    account_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    key        TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (account_id, channel_id, key)
);
INSERT INTO keys_in_two_trees (account_id, channel_id, key, event_id, created_at)
    SELECT account_id, channel_id, key, event_id, created_at FROM event_keys ORDER BY account_id, channel_id, key;
DROP TABLE event_keys;
ALTER TABLE keys_in_two_trees RENAME TO event_keys;
DELETE FROM schema_compat WHERE version = 41;
