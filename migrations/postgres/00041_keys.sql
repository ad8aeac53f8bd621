-- PostgreSQL keeps its rows in no tree.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (41, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 41;
