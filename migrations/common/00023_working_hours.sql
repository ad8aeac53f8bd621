-- When accounts work. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (23, 1);

ALTER TABLE accounts ADD COLUMN working_hours {{json}};

-- +goose Down
DELETE FROM schema_compat WHERE version = 23;
ALTER TABLE accounts DROP COLUMN working_hours;
