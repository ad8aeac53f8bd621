-- Saved replies. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
CREATE TABLE saved_reply_categories (
    account_id {{uuid}} NOT NULL,
    id         {{uuid}} NOT NULL,
    name       TEXT NOT NULL,
    position   BIGINT NOT NULL,
    created_at {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
);

CREATE TABLE saved_replies (
    account_id     {{uuid}} NOT NULL,
    id             {{uuid}} NOT NULL,
    staff_id       {{uuid}} NOT NULL,
    category_id    {{uuid}},
    name           TEXT NOT NULL,
    shortcut       TEXT NOT NULL,
    search_name    TEXT NOT NULL,
    shared         BOOLEAN NOT NULL,
    text           TEXT NOT NULL,
    variants       {{json}},
    attachment_ids {{json}},
    used           BIGINT NOT NULL,
    last_used_at   {{ts}},
    created_at     {{ts}} NOT NULL,
    updated_at     {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, staff_id) REFERENCES staff (account_id, id),
    FOREIGN KEY (account_id, category_id) REFERENCES saved_reply_categories (account_id, id)
);
CREATE INDEX saved_replies_by_use ON saved_replies (account_id, used, id);

INSERT INTO schema_compat (version, compatible_from) VALUES (14, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 14;
DROP TABLE saved_replies;
DROP TABLE saved_reply_categories;
