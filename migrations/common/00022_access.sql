-- Who may do what on which channel. Described in domain/README.md. What no row speaks of is as it always was: all staff
-- may do everything there.
-- compatible_from: 1

-- +goose Up
CREATE TABLE channel_access (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    party      TEXT NOT NULL,
    party_id   {{uuid}} NOT NULL,
    role       TEXT NOT NULL,
    PRIMARY KEY (account_id, channel_id, party, party_id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);
CREATE INDEX channel_access_by_party ON channel_access (account_id, party_id);

-- Whether any row is there: what everybody else never has to look for.
ALTER TABLE accounts ADD COLUMN own_access BOOLEAN NOT NULL DEFAULT FALSE;

-- Until when somebody is away who has said so.
ALTER TABLE staff ADD COLUMN away_until {{ts}};

INSERT INTO schema_compat (version, compatible_from) VALUES (22, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 22;
ALTER TABLE staff DROP COLUMN away_until;
ALTER TABLE accounts DROP COLUMN own_access;
DROP TABLE channel_access;
