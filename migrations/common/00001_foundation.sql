-- The first schema: accounts and people, channels and templates, contacts, conversations, tasks, comments, delivery and
-- the vault. Described table by table in domain/README.md. Rows on the hot paths carry no foreign keys: each check costs
-- a look-up per row there, and their ids come from the same transaction; what people configure is tied together.
-- compatible_from: 1

-- +goose Up
CREATE TABLE schema_compat (
    version         BIGINT NOT NULL PRIMARY KEY,
    compatible_from BIGINT NOT NULL
);
INSERT INTO schema_compat (version, compatible_from) VALUES (1, 1);

-- accounts and people ------------------------------------------------------------------------------------------------

CREATE TABLE accounts (
    id           {{uuid}} NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    language     TEXT NOT NULL,
    time_zone    TEXT NOT NULL,
    country      TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL,
    paused_kinds {{json}},
    created_at   {{ts}} NOT NULL
);

CREATE TABLE logins (
    id            {{uuid}} NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at    {{ts}} NOT NULL,
    updated_at    {{ts}} NOT NULL
);

CREATE TABLE staff (
    account_id  {{uuid}} NOT NULL REFERENCES accounts (id),
    id          {{uuid}} NOT NULL,
    login_id    {{uuid}} NOT NULL REFERENCES logins (id),
    name        TEXT NOT NULL,
    role        TEXT NOT NULL,
    language    TEXT NOT NULL,
    available   BOOLEAN NOT NULL,
    disabled_at {{ts}},
    created_at  {{ts}} NOT NULL,
    updated_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, login_id)
);
CREATE INDEX staff_by_login ON staff (login_id);

CREATE TABLE teams (
    account_id {{uuid}} NOT NULL REFERENCES accounts (id),
    id         {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    updated_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
);

CREATE TABLE team_members (
    account_id {{uuid}} NOT NULL,
    team_id    {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    PRIMARY KEY (account_id, team_id, staff_id),
    FOREIGN KEY (account_id, team_id) REFERENCES teams (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id) ON DELETE CASCADE
);
CREATE INDEX team_members_by_staff ON team_members (account_id, staff_id);

CREATE TABLE sessions (
    token_hash   {{bytes}} NOT NULL PRIMARY KEY,
    account_id   {{uuid}} NOT NULL,
    id           {{uuid}} NOT NULL,
    staff_id     {{uuid}} NOT NULL,
    login_id     {{uuid}} NOT NULL REFERENCES logins (id),
    created_at   {{ts}} NOT NULL,
    last_used_at {{ts}} NOT NULL,
    expires_at   {{ts}} NOT NULL,
    ip           TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_staff ON sessions (account_id, staff_id);
CREATE INDEX sessions_by_login ON sessions (login_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    token_hash   {{bytes}} NOT NULL PRIMARY KEY,
    account_id   {{uuid}} NOT NULL,
    id           {{uuid}} NOT NULL,
    staff_id     {{uuid}} NOT NULL,
    name         TEXT NOT NULL,
    prefix       TEXT NOT NULL,
    acts_as      TEXT NOT NULL,
    created_at   {{ts}} NOT NULL,
    last_used_at {{ts}},
    expires_at   {{ts}},
    revoked_at   {{ts}},
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id) ON DELETE CASCADE
);

-- templates ------------------------------------------------------------------------------------------------------------

CREATE TABLE status_sets (
    account_id {{uuid}} NOT NULL REFERENCES accounts (id),
    id         {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    preset     TEXT NOT NULL,
    statuses   {{json}} NOT NULL,
    created_at {{ts}} NOT NULL,
    updated_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE templates (
    account_id    {{uuid}} NOT NULL REFERENCES accounts (id),
    id            {{uuid}} NOT NULL,
    type          TEXT NOT NULL,
    name          TEXT NOT NULL,
    preset        TEXT NOT NULL,
    standard      BOOLEAN NOT NULL,
    version       BIGINT NOT NULL,
    status_set_id {{uuid}},
    definition    {{json}} NOT NULL,
    archived_at   {{ts}},
    created_at    {{ts}} NOT NULL,
    updated_at    {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, status_set_id) REFERENCES status_sets (account_id, id)
);
CREATE UNIQUE INDEX templates_standard ON templates (account_id, type) WHERE standard;

CREATE TABLE template_versions (
    account_id  {{uuid}} NOT NULL,
    template_id {{uuid}} NOT NULL,
    version     BIGINT NOT NULL,
    definition  {{json}} NOT NULL,
    staff_id    {{uuid}},
    created_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, template_id, version),
    FOREIGN KEY (account_id, template_id) REFERENCES templates (account_id, id)
);

-- channels -------------------------------------------------------------------------------------------------------------

CREATE TABLE channels (
    account_id   {{uuid}} NOT NULL REFERENCES accounts (id),
    id           {{uuid}} NOT NULL,
    kind         TEXT NOT NULL,
    external_id  TEXT NOT NULL,
    name         TEXT NOT NULL,
    display_name TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL,
    state        TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    paused_until {{ts}},
    credentials  {{bytes}},
    settings     {{json}} NOT NULL,
    health       {{json}},
    set_up_by    {{uuid}},
    removed_at   {{ts}},
    created_at   {{ts}} NOT NULL,
    updated_at   {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE page_claims (
    kind        TEXT NOT NULL,
    external_id TEXT NOT NULL,
    account_id  {{uuid}} NOT NULL,
    channel_id  {{uuid}} NOT NULL,
    PRIMARY KEY (kind, external_id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);

-- contacts and conversations -------------------------------------------------------------------------------------------

CREATE TABLE contacts (
    account_id       {{uuid}} NOT NULL,
    id               {{uuid}} NOT NULL,
    kind             TEXT NOT NULL,
    name             TEXT NOT NULL,
    search_name      TEXT NOT NULL,
    template_id      {{uuid}},
    template_version BIGINT NOT NULL,
    emails           {{json}},
    phones           {{json}},
    fields           {{json}},
    filled           {{json}},
    tags             {{json}},
    group_name       TEXT NOT NULL,
    company_id       {{uuid}},
    avatar_id        {{uuid}},
    created_at       {{ts}} NOT NULL,
    updated_at       {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX contacts_by_name ON contacts (account_id, search_name, id);

CREATE TABLE contact_keys (
    account_id {{uuid}} NOT NULL,
    type       TEXT NOT NULL,
    value      TEXT NOT NULL,
    contact_id {{uuid}} NOT NULL,
    PRIMARY KEY (account_id, type, value)
);

CREATE TABLE identities (
    account_id       {{uuid}} NOT NULL,
    id               {{uuid}} NOT NULL,
    channel_id       {{uuid}} NOT NULL,
    external_id      TEXT NOT NULL,
    contact_id       {{uuid}} NOT NULL,
    name             TEXT NOT NULL,
    username         TEXT NOT NULL,
    profile_at       {{ts}},
    last_message_at  {{ts}},
    window_opened_at {{ts}},
    window_until     {{ts}},
    unreachable      TEXT NOT NULL,
    created_at       {{ts}} NOT NULL,
    updated_at       {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, external_id)
);
CREATE INDEX identities_by_contact ON identities (account_id, contact_id);

CREATE TABLE conversations (
    account_id      {{uuid}} NOT NULL,
    id              {{uuid}} NOT NULL,
    channel_id      {{uuid}} NOT NULL,
    type            TEXT NOT NULL,
    key             TEXT NOT NULL,
    contact_id      {{uuid}},
    identity_id     {{uuid}},
    referral        {{json}},
    standby         BOOLEAN NOT NULL,
    delivered_until {{ts}},
    read_until      {{ts}},
    last_message_at {{ts}},
    created_at      {{ts}} NOT NULL,
    updated_at      {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, key)
);
CREATE INDEX conversations_by_contact ON conversations (account_id, contact_id);

-- tasks ----------------------------------------------------------------------------------------------------------------

CREATE TABLE counters (
    account_id {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    next       BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

CREATE TABLE tasks (
    account_id        {{uuid}} NOT NULL,
    id                {{uuid}} NOT NULL,
    number            BIGINT NOT NULL,
    title             TEXT NOT NULL,
    description       TEXT NOT NULL,
    template_id       {{uuid}} NOT NULL,
    template_version  BIGINT NOT NULL,
    status_set_id     {{uuid}} NOT NULL,
    status            TEXT NOT NULL,
    category          TEXT NOT NULL,
    active            BOOLEAN NOT NULL,
    priority          TEXT NOT NULL,
    topic             TEXT NOT NULL,
    assign_mode       TEXT NOT NULL,
    fields            {{json}},
    filled            {{json}},
    contact_id        {{uuid}},
    channel_id        {{uuid}},
    conversation_id   {{uuid}},
    scope             TEXT NOT NULL,
    unread            BOOLEAN NOT NULL,
    due_at            {{ts}},
    snippet           TEXT NOT NULL,
    started_at        {{ts}} NOT NULL,
    last_comment_at   {{ts}} NOT NULL,
    history_wanted    BIGINT NOT NULL,
    history_shown     BIGINT NOT NULL,
    history_available BIGINT,
    history_since     {{ts}},
    event_id          {{uuid}},
    created_at        {{ts}} NOT NULL,
    updated_at        {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, number)
);
CREATE INDEX tasks_by_last_comment ON tasks (account_id, last_comment_at, id);
CREATE INDEX tasks_by_category ON tasks (account_id, category, last_comment_at, id);
CREATE INDEX tasks_by_contact ON tasks (account_id, contact_id, last_comment_at, id);
CREATE INDEX tasks_by_channel ON tasks (account_id, channel_id, last_comment_at, id);
CREATE INDEX tasks_by_scope ON tasks (account_id, scope, id) WHERE scope <> '';
CREATE INDEX tasks_by_conversation ON tasks (account_id, conversation_id, started_at, id);

CREATE TABLE active_tasks (
    account_id {{uuid}} NOT NULL,
    scope      TEXT NOT NULL,
    task_id    {{uuid}} NOT NULL,
    PRIMARY KEY (account_id, scope)
);
CREATE INDEX active_tasks_by_task ON active_tasks (account_id, task_id);

CREATE TABLE task_assignees (
    account_id  {{uuid}} NOT NULL,
    task_id     {{uuid}} NOT NULL,
    type        TEXT NOT NULL,
    assignee_id {{uuid}} NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (account_id, task_id, type, assignee_id)
);
CREATE INDEX task_assignees_by_assignee ON task_assignees (account_id, assignee_id, task_id);

CREATE TABLE task_participants (
    account_id {{uuid}} NOT NULL,
    task_id    {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    PRIMARY KEY (account_id, task_id, staff_id)
);

CREATE TABLE task_tags (
    account_id {{uuid}} NOT NULL,
    task_id    {{uuid}} NOT NULL,
    tag        TEXT NOT NULL,
    PRIMARY KEY (account_id, task_id, tag)
);
CREATE INDEX task_tags_by_tag ON task_tags (account_id, tag, task_id);

CREATE TABLE task_whys (
    account_id {{uuid}} NOT NULL,
    task_id    {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    steps      {{json}} NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, task_id, id)
);

CREATE TABLE comments (
    account_id      {{uuid}} NOT NULL,
    id              {{uuid}} NOT NULL,
    task_id         {{uuid}} NOT NULL,
    conversation_id {{uuid}},
    channel_id      {{uuid}},
    visibility      TEXT NOT NULL,
    author_kind     TEXT NOT NULL,
    author_id       {{uuid}},
    author_name     TEXT NOT NULL,
    text            TEXT NOT NULL,
    transport       TEXT NOT NULL,
    history         BOOLEAN NOT NULL,
    external_id     TEXT,
    reply_to        TEXT NOT NULL,
    details         {{json}},
    edits           {{json}},
    reactions       {{json}},
    unsent_at       {{ts}},
    event_id        {{uuid}},
    occurred_at     {{ts}} NOT NULL,
    created_at      {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX comments_by_external_id ON comments (account_id, channel_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX comments_by_event ON comments (account_id, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX comments_by_task ON comments (account_id, task_id, occurred_at, id);
CREATE INDEX comments_by_conversation ON comments (account_id, conversation_id, occurred_at, id) WHERE conversation_id IS NOT NULL;

CREATE TABLE tombstones (
    account_id  {{uuid}} NOT NULL,
    channel_id  {{uuid}} NOT NULL,
    external_id TEXT NOT NULL,
    changes     {{json}} NOT NULL,
    created_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, external_id)
);

CREATE TABLE attachments (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    comment_id  {{uuid}},
    position    BIGINT NOT NULL,
    type        TEXT NOT NULL,
    name        TEXT NOT NULL,
    mime        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sha256      TEXT NOT NULL,
    blob        TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    source_url  TEXT NOT NULL,
    created_by  {{uuid}},
    created_at  {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX attachments_by_comment ON attachments (account_id, comment_id, position);

-- delivery -------------------------------------------------------------------------------------------------------------

CREATE TABLE messages (
    account_id      {{uuid}} NOT NULL,
    id              {{uuid}} NOT NULL,
    task_id         {{uuid}} NOT NULL,
    comment_id      {{uuid}} NOT NULL,
    channel_id      {{uuid}} NOT NULL,
    conversation_id {{uuid}} NOT NULL,
    identity_id     {{uuid}},
    lane            TEXT NOT NULL,
    part            TEXT NOT NULL,
    text            TEXT NOT NULL,
    attachment_id   {{uuid}},
    reply_to        TEXT NOT NULL,
    mode            TEXT NOT NULL,
    author_kind     TEXT NOT NULL,
    author_id       {{uuid}},
    token           TEXT NOT NULL,
    external_id     TEXT,
    state           TEXT NOT NULL,
    not_before      {{ts}} NOT NULL,
    decision        {{json}},
    failure         {{json}},
    attempts        BIGINT NOT NULL,
    attempted_at    {{ts}},
    checked_at      {{ts}},
    sent_at         {{ts}},
    delivered_at    {{ts}},
    read_at         {{ts}},
    created_at      {{ts}} NOT NULL,
    updated_at      {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX messages_by_token ON messages (account_id, token);
CREATE UNIQUE INDEX messages_by_external_id ON messages (account_id, channel_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX messages_by_lane ON messages (account_id, lane, id) WHERE state IN ('queued', 'sending', 'unconfirmed');
CREATE INDEX messages_by_comment ON messages (account_id, comment_id);
CREATE INDEX messages_by_state ON messages (account_id, state, id);
CREATE INDEX messages_awaiting_receipt ON messages (account_id, conversation_id, attempted_at) WHERE state IN ('sent', 'delivered');

CREATE TABLE attempts (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    message_id  {{uuid}} NOT NULL,
    month       BIGINT NOT NULL,
    decision    {{json}},
    outcome     TEXT NOT NULL,
    failure     {{json}},
    started_at  {{ts}} NOT NULL,
    finished_at {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX attempts_by_message ON attempts (account_id, message_id, id);

-- intake ---------------------------------------------------------------------------------------------------------------

CREATE TABLE event_keys (
    account_id {{uuid}} NOT NULL,
    channel_id {{uuid}} NOT NULL,
    key        TEXT NOT NULL,
    event_id   {{uuid}} NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, channel_id, key)
);

CREATE TABLE inbound_events (
    account_id    {{uuid}} NOT NULL,
    id            {{uuid}} NOT NULL,
    channel_id    {{uuid}} NOT NULL,
    type          TEXT NOT NULL,
    key           TEXT NOT NULL,
    lane          TEXT NOT NULL,
    slot          BIGINT NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    envelope      {{json}},
    raw           {{bytes}},
    month         BIGINT NOT NULL,
    waiting_until {{ts}},
    task_id       {{uuid}},
    comment_id    {{uuid}},
    contact_id    {{uuid}},
    occurred_at   {{ts}} NOT NULL,
    received_at   {{ts}} NOT NULL,
    processed_at  {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX inbound_events_due ON inbound_events (slot, occurred_at, received_at, id) WHERE state = 'received';
CREATE INDEX inbound_events_open ON inbound_events (account_id, state, id) WHERE state IN ('received', 'waiting', 'held', 'failed');
CREATE INDEX inbound_events_by_channel ON inbound_events (account_id, channel_id, id);

CREATE TABLE inbound_slots (
    slot      BIGINT NOT NULL PRIMARY KEY,
    served_at {{ts}} NOT NULL
);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 63)
INSERT INTO inbound_slots (slot, served_at) SELECT i, '2000-01-01 00:00:00+00:00' FROM n;

CREATE TABLE unrouted_events (
    id          {{uuid}} NOT NULL PRIMARY KEY,
    door        TEXT NOT NULL,
    object      TEXT NOT NULL,
    entry_id    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    sha256      {{bytes}} NOT NULL UNIQUE,
    times       BIGINT NOT NULL,
    raw         {{bytes}} NOT NULL,
    received_at {{ts}} NOT NULL
);
CREATE INDEX unrouted_events_by_time ON unrouted_events (received_at);

-- running --------------------------------------------------------------------------------------------------------------

CREATE TABLE due_work (
    account_id  {{uuid}} NOT NULL,
    queue       TEXT NOT NULL,
    key         TEXT NOT NULL,
    channel_id  {{uuid}},
    due_at      {{ts}} NOT NULL,
    lease_until {{ts}} NOT NULL,
    epoch       BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    PRIMARY KEY (account_id, queue, key)
);
CREATE INDEX due_work_due ON due_work (queue, due_at);

CREATE TABLE job_ticks (
    job    TEXT NOT NULL,
    tick   {{ts}} NOT NULL,
    run_at {{ts}} NOT NULL,
    PRIMARY KEY (job, tick)
);

CREATE TABLE feed_events (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    type       TEXT NOT NULL,
    refs       {{json}},
    at         {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX feed_events_by_time ON feed_events (at);

CREATE TABLE audit_log (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    at          {{ts}} NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    {{uuid}},
    actor_name  TEXT NOT NULL,
    action      TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id   TEXT NOT NULL,
    details     {{json}},
    ip          TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX audit_log_by_object ON audit_log (account_id, object_type, object_id, id);

CREATE TABLE idempotency_keys (
    account_id   {{uuid}} NOT NULL,
    actor        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash {{bytes}} NOT NULL,
    status       BIGINT NOT NULL,
    body         {{bytes}},
    created_at   {{ts}} NOT NULL,
    PRIMARY KEY (account_id, actor, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE audit_log;
DROP TABLE feed_events;
DROP TABLE job_ticks;
DROP TABLE due_work;
DROP TABLE unrouted_events;
DROP TABLE inbound_slots;
DROP TABLE inbound_events;
DROP TABLE event_keys;
DROP TABLE attempts;
DROP TABLE messages;
DROP TABLE attachments;
DROP TABLE tombstones;
DROP TABLE comments;
DROP TABLE task_whys;
DROP TABLE task_tags;
DROP TABLE task_participants;
DROP TABLE task_assignees;
DROP TABLE active_tasks;
DROP TABLE tasks;
DROP TABLE counters;
DROP TABLE conversations;
DROP TABLE identities;
DROP TABLE contact_keys;
DROP TABLE contacts;
DROP TABLE page_claims;
DROP TABLE channels;
DROP TABLE template_versions;
DROP TABLE templates;
DROP TABLE status_sets;
DROP TABLE api_tokens;
DROP TABLE sessions;
DROP TABLE team_members;
DROP TABLE teams;
DROP TABLE staff;
DROP TABLE logins;
DROP TABLE accounts;
DROP TABLE schema_compat;
