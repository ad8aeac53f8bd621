-- SQLite reads no rows in vain where PostgreSQL does.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (37, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 37;
