-- Slices of the vault that are processed again; what the lists and counts of events, messages and changes are read along.
-- Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (29, 1);

CREATE TABLE replays (
    account_id {{uuid}} NOT NULL REFERENCES accounts (id),
    id         {{uuid}} NOT NULL,
    state      TEXT NOT NULL,
    filter     {{json}},
    total      BIGINT NOT NULL,
    handed     BIGINT NOT NULL,
    processed  BIGINT NOT NULL,
    ignored    BIGINT NOT NULL,
    failed     BIGINT NOT NULL,
    aside      BIGINT NOT NULL,
    reached_at {{ts}},
    reached_id {{uuid}},
    through    BOOLEAN NOT NULL,
    actor_id   {{uuid}},
    actor_name TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    ended_at   {{ts}},
    PRIMARY KEY (account_id, id)
);

ALTER TABLE inbound_events ADD COLUMN replay_id {{uuid}};
CREATE INDEX inbound_events_by_replay ON inbound_events (account_id, replay_id, received_at, id) WHERE replay_id IS NOT NULL;
CREATE INDEX inbound_events_by_time ON inbound_events (account_id, received_at, id);
DROP INDEX inbound_events_by_channel;
CREATE INDEX inbound_events_by_channel ON inbound_events (account_id, channel_id, received_at, id);
DROP INDEX inbound_events_open;
CREATE INDEX inbound_events_by_state ON inbound_events (account_id, state, received_at, id) WHERE state <> 'processed';

DROP INDEX messages_by_state;
CREATE INDEX messages_by_state ON messages (account_id, state, created_at, id);
CREATE INDEX messages_by_time ON messages (account_id, created_at, id);

DROP INDEX audit_log_by_object;
CREATE INDEX audit_log_by_object ON audit_log (account_id, object_type, object_id, at, id);

-- +goose Down
DROP INDEX audit_log_by_object;
CREATE INDEX audit_log_by_object ON audit_log (account_id, object_type, object_id, id);
DROP INDEX messages_by_time;
DROP INDEX messages_by_state;
CREATE INDEX messages_by_state ON messages (account_id, state, id);
DROP INDEX inbound_events_by_state;
CREATE INDEX inbound_events_open ON inbound_events (account_id, state, id) WHERE state IN ('received', 'waiting', 'held', 'failed');
DROP INDEX inbound_events_by_channel;
CREATE INDEX inbound_events_by_channel ON inbound_events (account_id, channel_id, id);
DROP INDEX inbound_events_by_time;
DROP INDEX inbound_events_by_replay;
ALTER TABLE inbound_events DROP COLUMN replay_id;
DROP TABLE replays;
DELETE FROM schema_compat WHERE version = 29;
