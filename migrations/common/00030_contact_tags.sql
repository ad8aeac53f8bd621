-- Tags of contacts as rows, by which lists and counts find them without reading every contact. Described in domain/README.md.
-- The column tags of contacts, which older programs know, goes a release later.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (30, 1);

CREATE TABLE contact_tags (
    account_id {{uuid}} NOT NULL,
    contact_id {{uuid}} NOT NULL,
    tag        TEXT NOT NULL,
    PRIMARY KEY (account_id, contact_id, tag)
);
CREATE INDEX contact_tags_by_tag ON contact_tags (account_id, tag, contact_id);

-- A contact keeps 50 tags at most, so counting to there reads every list, in words that both databases know.
WITH RECURSIVE places (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM places WHERE place < 49)
INSERT INTO contact_tags (account_id, contact_id, tag)
SELECT DISTINCT c.account_id, c.id, c.tags ->> p.place FROM contacts AS c CROSS JOIN places AS p
WHERE c.tags ->> 0 IS NOT NULL AND c.tags ->> p.place <> '' AND c.merged_into IS NULL AND c.erased_at IS NULL;

-- +goose Down
DROP TABLE contact_tags;
DELETE FROM schema_compat WHERE version = 30;
