-- Signing in: second factors, invitations, new passwords, single sign-on, system mail and the first account. Described in
-- domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE accounts ADD COLUMN require_second_factor BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE logins ADD COLUMN totp_secret {{bytes}};
ALTER TABLE logins ADD COLUMN totp_since {{ts}};
ALTER TABLE logins ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE logins ADD COLUMN verified_at {{ts}};

ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';

CREATE TABLE recovery_codes (
    login_id  {{uuid}} NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    code_hash {{bytes}} NOT NULL,
    PRIMARY KEY (login_id, code_hash)
);

CREATE TABLE sign_in_challenges (
    token_hash {{bytes}} NOT NULL PRIMARY KEY,
    login_id   {{uuid}} NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    account_id {{uuid}},
    attempts   BIGINT NOT NULL,
    expires_at {{ts}} NOT NULL
);
CREATE INDEX sign_in_challenges_by_expiry ON sign_in_challenges (expires_at);

CREATE TABLE password_resets (
    token_hash {{bytes}} NOT NULL PRIMARY KEY,
    login_id   {{uuid}} NOT NULL UNIQUE REFERENCES logins (id) ON DELETE CASCADE,
    by_mail    BOOLEAN NOT NULL,
    expires_at {{ts}} NOT NULL
);

CREATE TABLE invitations (
    token_hash      {{bytes}} NOT NULL PRIMARY KEY,
    account_id      {{uuid}} NOT NULL REFERENCES accounts (id),
    id              {{uuid}} NOT NULL,
    email           TEXT NOT NULL,
    role            TEXT NOT NULL,
    language        TEXT NOT NULL,
    invited_by      {{uuid}},
    invited_by_name TEXT NOT NULL,
    mail_id         {{uuid}},
    created_at      {{ts}} NOT NULL,
    expires_at      {{ts}} NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, email)
);
CREATE INDEX invitations_by_email ON invitations (email);

CREATE TABLE sso_identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    login_id   {{uuid}} NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX sso_identities_by_login ON sso_identities (login_id);

CREATE TABLE sso_attempts (
    state_hash   {{bytes}} NOT NULL PRIMARY KEY,
    browser_hash {{bytes}} NOT NULL,
    return_to    TEXT NOT NULL,
    expires_at   {{ts}} NOT NULL
);
CREATE INDEX sso_attempts_by_expiry ON sso_attempts (expires_at);

CREATE TABLE mails (
    id          {{uuid}} NOT NULL PRIMARY KEY,
    type        TEXT NOT NULL,
    address     TEXT NOT NULL,
    language    TEXT NOT NULL,
    account_id  {{uuid}},
    subject_id  {{uuid}},
    state       TEXT NOT NULL,
    problem     TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    due_at      {{ts}} NOT NULL,
    lease_until {{ts}} NOT NULL,
    give_up_at  {{ts}} NOT NULL,
    created_at  {{ts}} NOT NULL,
    sent_at     {{ts}}
);
CREATE INDEX mails_by_due ON mails (due_at) WHERE state = 'queued';
CREATE INDEX mails_by_age ON mails (created_at);

CREATE TABLE setup_marks (
    name TEXT NOT NULL PRIMARY KEY,
    at   {{ts}} NOT NULL
);

INSERT INTO schema_compat (version, compatible_from) VALUES (10, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 10;
DROP TABLE setup_marks;
DROP TABLE mails;
DROP TABLE sso_attempts;
DROP TABLE sso_identities;
DROP TABLE invitations;
DROP TABLE password_resets;
DROP TABLE sign_in_challenges;
DROP TABLE recovery_codes;
ALTER TABLE sessions DROP COLUMN method;
ALTER TABLE logins DROP COLUMN verified_at;
ALTER TABLE logins DROP COLUMN totp_step;
ALTER TABLE logins DROP COLUMN totp_since;
ALTER TABLE logins DROP COLUMN totp_secret;
ALTER TABLE accounts DROP COLUMN require_second_factor;
