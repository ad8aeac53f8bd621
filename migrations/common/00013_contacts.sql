-- Contacts that were merged or erased, groups, pairs that are no duplicates, and imports of tables. Described in
-- domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (13, 1);

ALTER TABLE contacts ADD COLUMN merged_into {{uuid}};
ALTER TABLE contacts ADD COLUMN erased_at {{ts}};
CREATE INDEX contacts_by_merger ON contacts (account_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_by_company ON contacts (account_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX contacts_by_creation ON contacts (account_id, created_at, id);
CREATE INDEX contacts_by_group ON contacts (account_id, group_name, search_name, id) WHERE group_name <> '';
CREATE INDEX contact_keys_by_contact ON contact_keys (account_id, contact_id);

CREATE TABLE contact_groups (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
);

CREATE TABLE contact_merges (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    survivor_id {{uuid}} NOT NULL,
    merged_id   {{uuid}} NOT NULL,
    before      {{json}} NOT NULL,
    after       {{json}} NOT NULL,
    moved       {{json}} NOT NULL,
    merged_by   TEXT NOT NULL,
    merged_at   {{ts}} NOT NULL,
    undone_at   {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX contact_merges_by_survivor ON contact_merges (account_id, survivor_id, id);

CREATE TABLE contact_distinctions (
    account_id {{uuid}} NOT NULL,
    first_id   {{uuid}} NOT NULL,
    second_id  {{uuid}} NOT NULL,
    by_name    TEXT NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, first_id, second_id)
);

CREATE TABLE contact_imports (
    account_id    {{uuid}} NOT NULL,
    id            {{uuid}} NOT NULL,
    name          TEXT NOT NULL,
    state         TEXT NOT NULL,
    encoding      TEXT NOT NULL,
    separator     TEXT NOT NULL,
    columns       {{json}} NOT NULL,
    mapping       {{json}},
    existing      TEXT NOT NULL,
    total         BIGINT NOT NULL,
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL,
    skipped       BIGINT NOT NULL,
    refused       BIGINT NOT NULL,
    actor         {{json}} NOT NULL,
    created_at    {{ts}} NOT NULL,
    finished_at   {{ts}},
    PRIMARY KEY (account_id, id)
);

CREATE TABLE contact_import_lines (
    account_id {{uuid}} NOT NULL,
    import_id  {{uuid}} NOT NULL,
    line       BIGINT NOT NULL,
    cells      {{json}} NOT NULL,
    state      TEXT NOT NULL,
    problems   {{json}},
    contact_id {{uuid}},
    PRIMARY KEY (account_id, import_id, line)
);
CREATE INDEX contact_import_lines_open ON contact_import_lines (account_id, import_id, line) WHERE state = 'waiting';

-- +goose Down
DROP TABLE contact_import_lines;
DROP TABLE contact_imports;
DROP TABLE contact_distinctions;
DROP TABLE contact_merges;
DROP TABLE contact_groups;
DROP INDEX contact_keys_by_contact;
DROP INDEX contacts_by_group;
DROP INDEX contacts_by_creation;
DROP INDEX contacts_by_company;
DROP INDEX contacts_by_merger;
ALTER TABLE contacts DROP COLUMN erased_at;
ALTER TABLE contacts DROP COLUMN merged_into;
DELETE FROM schema_compat WHERE version = 13;
