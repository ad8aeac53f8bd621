-- Comments under posts: the posts, where a comment stands and what was done with it, and the one private reply to each.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (3, 1);

CREATE TABLE posts (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    channel_id  {{uuid}} NOT NULL,
    external_id TEXT NOT NULL,
    text        TEXT NOT NULL,
    title       TEXT NOT NULL,
    url         TEXT NOT NULL,
    files       {{json}},
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    fetched_at  {{ts}},
    created_at  {{ts}} NOT NULL,
    updated_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, external_id)
);

ALTER TABLE tasks ADD COLUMN post_id {{uuid}};
CREATE INDEX tasks_by_post ON tasks (account_id, post_id, id) WHERE post_id IS NOT NULL;

ALTER TABLE comments ADD COLUMN post_id {{uuid}};
ALTER TABLE comments ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN hidden_at {{ts}};
ALTER TABLE comments ADD COLUMN liked_at {{ts}};
ALTER TABLE comments ADD COLUMN standing {{json}};

ALTER TABLE messages ADD COLUMN answers_at {{ts}};
CREATE INDEX messages_answering ON messages (account_id, channel_id, reply_to)
    WHERE mode = 'answer' AND state IN ('queued', 'sending', 'unconfirmed');
CREATE UNIQUE INDEX messages_one_private_reply ON messages (account_id, channel_id, reply_to)
    WHERE mode = 'private_reply' AND state NOT IN ('failed', 'refused', 'cancelled');

-- +goose Down
DROP INDEX messages_one_private_reply;
DROP INDEX messages_answering;
ALTER TABLE messages DROP COLUMN answers_at;
ALTER TABLE comments DROP COLUMN standing;
ALTER TABLE comments DROP COLUMN liked_at;
ALTER TABLE comments DROP COLUMN hidden_at;
ALTER TABLE comments DROP COLUMN thread;
ALTER TABLE comments DROP COLUMN post_id;
DROP INDEX tasks_by_post;
ALTER TABLE tasks DROP COLUMN post_id;
DROP TABLE posts;
DELETE FROM schema_compat WHERE version = 3;
