-- Full-text search on PostgreSQL: an index over expressions, so that no text is kept twice. The account stands among the
-- words as one of them, so that one account's search reads none of another's. The dictionary is «simple», which suits
-- every language; accents are folded and words are
-- parted as SQLite's tokenizer does it.
-- compatible_from: 1

-- +goose Up
INSERT INTO schema_compat (version, compatible_from) VALUES (7, 1);

CREATE FUNCTION kontor_fold(words TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(words), 'àáâãäåāăąçćčďèéêëēėęěìíîïīįľłñńňòóôõöøōőřśšťùúûüūůűýÿžźż.,:;_@/+-',
                               'aaaaaaaaacccdeeeeeeeeiiiiiillnnnoooooooorsstuuuuuuuyyzzz         ');

CREATE FUNCTION kontor_words(account UUID, words TEXT) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('simple'::regconfig, 'a' || replace(account::TEXT, '-', '') || ' ' || kontor_fold(words));

CREATE INDEX tasks_words ON tasks USING gin (kontor_words(account_id, title || ' ' || description));
CREATE INDEX comments_words ON comments USING gin (kontor_words(account_id, text));
CREATE INDEX contacts_words ON contacts USING gin
    (kontor_words(account_id, name || ' ' || coalesce(emails::TEXT, '') || ' ' || coalesce(phones::TEXT, '')));

-- +goose Down
DROP INDEX contacts_words;
DROP INDEX comments_words;
DROP INDEX tasks_words;
DROP FUNCTION kontor_words(UUID, TEXT);
DROP FUNCTION kontor_fold(TEXT);
DELETE FROM schema_compat WHERE version = 7;
