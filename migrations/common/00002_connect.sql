-- Connecting channels by a platform's login: the terms an account accepted, logins under way, what came of them, whose token
-- a channel lives on, and what was erased when somebody asked for it.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (2, 1);

CREATE TABLE account_terms (
    account_id  {{uuid}} NOT NULL REFERENCES accounts (id),
    version     TEXT NOT NULL,
    staff_id    {{uuid}},
    staff_name  TEXT NOT NULL,
    accepted_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, version)
);

CREATE TABLE oauth_states (
    state_hash {{bytes}} NOT NULL PRIMARY KEY,
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    session_id {{uuid}},
    token_id   {{uuid}},
    kind       TEXT NOT NULL,
    return_to  TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    expires_at {{ts}} NOT NULL,
    used_at    {{ts}},
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id) ON DELETE CASCADE
);
CREATE INDEX oauth_states_by_staff ON oauth_states (account_id, staff_id);
CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at);

CREATE TABLE connections (
    account_id    {{uuid}} NOT NULL REFERENCES accounts (id),
    id            {{uuid}} NOT NULL,
    kind          TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    user_name     TEXT NOT NULL,
    credentials   {{bytes}},
    state         TEXT NOT NULL,
    state_reason  TEXT NOT NULL,
    pages         {{json}} NOT NULL,
    findings      {{json}} NOT NULL,
    expires_at    {{ts}},
    connected_by  {{uuid}},
    authorized_at {{ts}} NOT NULL,
    listed_at     {{ts}} NOT NULL,
    created_at    {{ts}} NOT NULL,
    updated_at    {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, kind, user_id)
);
CREATE INDEX connections_by_user ON connections (user_id);

ALTER TABLE channels ADD COLUMN authorized_by TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN authorized_at {{ts}};
CREATE INDEX channels_by_authorizer ON channels (authorized_by) WHERE authorized_by <> '';

CREATE TABLE deletions (
    code_hash   {{bytes}} NOT NULL PRIMARY KEY,
    id          {{uuid}} NOT NULL,
    connections BIGINT NOT NULL,
    channels    BIGINT NOT NULL,
    erased_at   {{ts}} NOT NULL
);

-- +goose Down
DROP TABLE deletions;
DROP INDEX channels_by_authorizer;
ALTER TABLE channels DROP COLUMN authorized_at;
ALTER TABLE channels DROP COLUMN authorized_by;
DROP TABLE connections;
DROP TABLE oauth_states;
DROP TABLE account_terms;
DELETE FROM schema_compat WHERE version = 2;
