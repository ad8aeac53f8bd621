-- What puts tasks in order in the index by which they are found once their ids are known, so that far more tasks than a page has,
-- as the matches of a search, are put in order without reading one of them.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (37, 1);

ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
ALTER TABLE tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (account_id, id) INCLUDE (merged_into, last_comment_at, created_at);

-- +goose Down
ALTER TABLE tasks DROP CONSTRAINT tasks_pkey;
ALTER TABLE tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (account_id, id);
DELETE FROM schema_compat WHERE version = 37;
