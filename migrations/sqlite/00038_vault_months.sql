-- PostgreSQL has the vault in parts from here on, one for each month. SQLite has it in one piece.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (38, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 38;
