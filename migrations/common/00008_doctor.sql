-- What webhooks lost: events that were recovered by asking, and what comparing with the platform's conversations showed for
-- each day. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE inbound_events ADD COLUMN recovered BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE reconciliations (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    day        TEXT NOT NULL,
    received   BIGINT NOT NULL,
    recovered  BIGINT NOT NULL,
    unread     BIGINT NOT NULL,
    updated_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, day),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);

CREATE TABLE reconciled (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    until      {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);

INSERT INTO schema_compat (version, compatible_from) VALUES (8, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 8;
DROP TABLE reconciled;
DROP TABLE reconciliations;
ALTER TABLE inbound_events DROP COLUMN recovered;
