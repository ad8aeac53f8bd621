-- Full-text search on SQLite: one FTS5 index without contents of its own. Its rows are numbered by search_entries and not
-- by the rowids of the tables, which VACUUM may change. The account stands among the words as one of them, so that one
-- account's search reads none of another's.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (7, 1);

CREATE TABLE search_entries (
    entry      INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    source     TEXT NOT NULL,
    id         TEXT NOT NULL,
    UNIQUE (account_id, source, id)
);
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);

-- +goose StatementBegin
CREATE TRIGGER tasks_words_new AFTER INSERT ON tasks BEGIN
    INSERT INTO search_entries (account_id, source, id) VALUES (new.account_id, 'tasks', new.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || (new.title || ' ' || new.description)
        FROM search_entries WHERE account_id = new.account_id AND source = 'tasks' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tasks_words_changed AFTER UPDATE OF title, description ON tasks WHEN (old.title || ' ' || old.description) IS NOT (new.title || ' ' || new.description) BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'tasks' AND id = old.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || (new.title || ' ' || new.description)
        FROM search_entries WHERE account_id = new.account_id AND source = 'tasks' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tasks_words_gone AFTER DELETE ON tasks BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'tasks' AND id = old.id);
    DELETE FROM search_entries WHERE account_id = old.account_id AND source = 'tasks' AND id = old.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER comments_words_new AFTER INSERT ON comments BEGIN
    INSERT INTO search_entries (account_id, source, id) VALUES (new.account_id, 'comments', new.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || new.text
        FROM search_entries WHERE account_id = new.account_id AND source = 'comments' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER comments_words_changed AFTER UPDATE OF text ON comments WHEN old.text IS NOT new.text BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'comments' AND id = old.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || new.text
        FROM search_entries WHERE account_id = new.account_id AND source = 'comments' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER comments_words_gone AFTER DELETE ON comments BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'comments' AND id = old.id);
    DELETE FROM search_entries WHERE account_id = old.account_id AND source = 'comments' AND id = old.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER contacts_words_new AFTER INSERT ON contacts BEGIN
    INSERT INTO search_entries (account_id, source, id) VALUES (new.account_id, 'contacts', new.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || (new.name || ' ' || coalesce(new.emails, '') || ' ' || coalesce(new.phones, ''))
        FROM search_entries WHERE account_id = new.account_id AND source = 'contacts' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_words_changed AFTER UPDATE OF name, emails, phones ON contacts WHEN (old.name || ' ' || coalesce(old.emails, '') || ' ' || coalesce(old.phones, '')) IS NOT (new.name || ' ' || coalesce(new.emails, '') || ' ' || coalesce(new.phones, '')) BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'contacts' AND id = old.id);
    INSERT INTO search_words (rowid, words) SELECT entry, 'a' || replace(new.account_id, '-', '') || ' ' || (new.name || ' ' || coalesce(new.emails, '') || ' ' || coalesce(new.phones, ''))
        FROM search_entries WHERE account_id = new.account_id AND source = 'contacts' AND id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contacts_words_gone AFTER DELETE ON contacts BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT entry FROM search_entries WHERE account_id = old.account_id AND source = 'contacts' AND id = old.id);
    DELETE FROM search_entries WHERE account_id = old.account_id AND source = 'contacts' AND id = old.id;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER contacts_words_gone;
DROP TRIGGER contacts_words_changed;
DROP TRIGGER contacts_words_new;
DROP TRIGGER comments_words_gone;
DROP TRIGGER comments_words_changed;
DROP TRIGGER comments_words_new;
DROP TRIGGER tasks_words_gone;
DROP TRIGGER tasks_words_changed;
DROP TRIGGER tasks_words_new;
DROP TABLE search_words;
DROP TABLE search_entries;
DELETE FROM schema_compat WHERE version = 7;
