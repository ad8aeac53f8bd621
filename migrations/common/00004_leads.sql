-- Lead ads: the forms of channels with what the account makes of their answers, and every submission with its answers as
-- they were given.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (4, 1);

CREATE TABLE lead_forms (
    account_id          {{uuid}} NOT NULL,
    id                  {{uuid}} NOT NULL,
    channel_id          {{uuid}} NOT NULL,
    external_id         TEXT NOT NULL,
    name                TEXT NOT NULL,
    status              TEXT NOT NULL,
    locale              TEXT NOT NULL,
    leads_count         BIGINT,
    questions           {{json}},
    reviewed            {{json}},
    mapping             {{json}},
    object_template_id  {{uuid}},
    contact_template_id {{uuid}},
    assignee_ids        {{json}},
    synced_at           {{ts}},
    gone_at             {{ts}},
    read_until          {{ts}} NOT NULL,
    reading             {{json}},
    backfill            {{json}},
    created_at          {{ts}} NOT NULL,
    updated_at          {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, external_id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);

CREATE TABLE leads (
    account_id   {{uuid}} NOT NULL,
    id           {{uuid}} NOT NULL,
    channel_id   {{uuid}} NOT NULL,
    external_id  TEXT NOT NULL,
    form_id      {{uuid}},
    event_id     {{uuid}},
    task_id      {{uuid}},
    contact_id   {{uuid}},
    state        TEXT NOT NULL,
    lead         {{json}} NOT NULL,
    ad_id        TEXT NOT NULL,
    ad_set_id    TEXT NOT NULL,
    campaign_id  TEXT NOT NULL,
    test         BOOLEAN NOT NULL,
    recovered    BOOLEAN NOT NULL,
    problem      {{json}},
    unmapped     {{json}},
    filled       {{json}},
    submitted_at {{ts}} NOT NULL,
    read_at      {{ts}},
    created_at   {{ts}} NOT NULL,
    updated_at   {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, external_id)
);
CREATE INDEX leads_by_form ON leads (account_id, form_id, id);
CREATE INDEX leads_by_task ON leads (account_id, task_id);

CREATE TABLE lead_channels (
    account_id   {{uuid}} NOT NULL,
    channel_id   {{uuid}} NOT NULL,
    paused_until {{ts}},
    synced_at    {{ts}},
    problem      {{json}},
    PRIMARY KEY (account_id, channel_id)
);

-- +goose Down
DROP TABLE lead_channels;
DROP TABLE leads;
DROP TABLE lead_forms;
DELETE FROM schema_compat WHERE version = 4;
