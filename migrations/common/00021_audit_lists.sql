-- The audit log by time, by person and by action. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (21, 1);

CREATE INDEX audit_log_by_time ON audit_log (account_id, at, id);
CREATE INDEX audit_log_by_actor ON audit_log (account_id, actor_id, at, id);
CREATE INDEX audit_log_by_action ON audit_log (account_id, action, at, id);

-- +goose Down
DELETE FROM schema_compat WHERE version = 21;
DROP INDEX audit_log_by_action;
DROP INDEX audit_log_by_actor;
DROP INDEX audit_log_by_time;
