-- PostgreSQL has attempts in parts from here on, one for each month. SQLite has them in one piece.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (32, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 32;
