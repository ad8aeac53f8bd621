-- SQLite's tokenizer folds by itself.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (40, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 40;
