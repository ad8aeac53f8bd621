-- How leads are served, by when they were submitted. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
CREATE INDEX leads_by_submission ON leads (account_id, submitted_at, id);

-- +goose Down
DROP INDEX leads_by_submission;
DELETE FROM schema_compat WHERE version = 20;
