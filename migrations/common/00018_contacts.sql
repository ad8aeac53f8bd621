-- When a contact was last written with, notes on contacts, what the vault has of a contact, imports whose lines are gone.
-- Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (18, 1);

-- The year 1 stands for never: so the list can be paged by it, and those without come last.
ALTER TABLE contacts ADD COLUMN last_contact_at {{ts}} NOT NULL DEFAULT '0001-01-01 00:00:00+00:00';
UPDATE contacts SET last_contact_at = x.at FROM (
    SELECT t.account_id, t.contact_id, MAX(c.occurred_at) AS at
    FROM tasks AS t JOIN comments AS c ON c.account_id = t.account_id AND c.task_id = t.id
    WHERE t.contact_id IS NOT NULL AND c.visibility = 'public' AND (c.author_kind <> 'contact' OR c.author_id = t.contact_id)
    GROUP BY t.account_id, t.contact_id
) AS x WHERE contacts.account_id = x.account_id AND contacts.id = x.contact_id;
CREATE INDEX contacts_by_last_contact ON contacts (account_id, last_contact_at, id);

CREATE TABLE contact_notes (
    account_id  {{uuid}} NOT NULL,
    id          {{uuid}} NOT NULL,
    contact_id  {{uuid}} NOT NULL,
    author_id   {{uuid}} NOT NULL,
    author_name TEXT NOT NULL,
    text        TEXT NOT NULL,
    created_at  {{ts}} NOT NULL,
    edited_at   {{ts}},
    PRIMARY KEY (account_id, id)
);
CREATE INDEX contact_notes_by_contact ON contact_notes (account_id, contact_id, id);

CREATE INDEX inbound_events_by_contact ON inbound_events (account_id, contact_id, id) WHERE contact_id IS NOT NULL;

CREATE INDEX leads_by_contact ON leads (account_id, contact_id, id) WHERE contact_id IS NOT NULL;

ALTER TABLE contact_imports ADD COLUMN pruned_at {{ts}};
CREATE INDEX contact_imports_kept ON contact_imports (created_at) WHERE pruned_at IS NULL;
CREATE INDEX contact_import_lines_by_contact ON contact_import_lines (account_id, contact_id) WHERE contact_id IS NOT NULL;

-- +goose Down
DROP INDEX contact_import_lines_by_contact;
DROP INDEX contact_imports_kept;
ALTER TABLE contact_imports DROP COLUMN pruned_at;
DROP INDEX leads_by_contact;
DROP INDEX inbound_events_by_contact;
DROP TABLE contact_notes;
DROP INDEX contacts_by_last_contact;
ALTER TABLE contacts DROP COLUMN last_contact_at;
DELETE FROM schema_compat WHERE version = 18;
