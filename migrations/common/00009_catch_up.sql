-- A comparison with the platform goes on where it was interrupted. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE reconciled ADD COLUMN since {{ts}};
ALTER TABLE reconciled ADD COLUMN target {{ts}};
ALTER TABLE reconciled ADD COLUMN read_after TEXT NOT NULL DEFAULT '';

INSERT INTO schema_compat (version, compatible_from) VALUES (9, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 9;
ALTER TABLE reconciled DROP COLUMN read_after;
ALTER TABLE reconciled DROP COLUMN target;
ALTER TABLE reconciled DROP COLUMN since;
