-- Room on the pages of tables whose rows are changed soon after they were written, in columns without an index: a change
-- that finds room on its page leaves all indexes alone, of which tasks have eighteen. New pages have it; those that are
-- there stay as they are. And work that is due comes and goes, so that what is dead is soon more than what is alive, and
-- stands in the way of whoever looks for some: it is cleared away at once.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (33, 1);

ALTER TABLE tasks SET (fillfactor = 80);
ALTER TABLE conversations SET (fillfactor = 80);
ALTER TABLE due_work SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- +goose Down
ALTER TABLE due_work RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE conversations RESET (fillfactor);
ALTER TABLE tasks RESET (fillfactor);
DELETE FROM schema_compat WHERE version = 33;
