-- For how many days an account keeps events, and what a person wrote where only its event tells whose it is: under a post, or on
-- a task and in no conversation. It must be found for them when the event is gone. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE accounts ADD COLUMN keep_events_days BIGINT NOT NULL DEFAULT 0;
CREATE INDEX comments_by_author ON comments (account_id, author_id)
    WHERE author_kind = 'contact' AND (thread <> '' OR conversation_id IS NULL);

INSERT INTO schema_compat (version, compatible_from) VALUES (39, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 39;
DROP INDEX comments_by_author;
ALTER TABLE accounts DROP COLUMN keep_events_days;
