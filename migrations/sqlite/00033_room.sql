-- What PostgreSQL's tables are given room for, SQLite's do without: a change leaves the indexes of other columns alone there.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (33, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 33;
