-- Saved lists of tasks. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
CREATE TABLE task_views (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    staff_id   {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    shared     BOOLEAN NOT NULL,
    filter     {{json}},
    position   BIGINT NOT NULL,
    created_at {{ts}} NOT NULL,
    updated_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id)
);
CREATE INDEX task_views_by_staff ON task_views (account_id, staff_id);

INSERT INTO schema_compat (version, compatible_from) VALUES (11, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 11;
DROP TABLE task_views;
