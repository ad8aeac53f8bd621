-- When people work. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE staff ADD COLUMN hours {{json}};

INSERT INTO schema_compat (version, compatible_from) VALUES (19, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 19;
ALTER TABLE staff DROP COLUMN hours;
