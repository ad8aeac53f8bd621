-- The last test lead that was made of a form; who came into a conversation by an ad, and which task came of it; and by
-- which lead an ad's campaign is known. Described in domain/README.md. Who came by an ad before is not known.
-- compatible_from: 1

-- +goose Up
ALTER TABLE lead_forms ADD COLUMN test_lead {{json}};

CREATE TABLE ad_clicks (
    account_id      {{uuid}} NOT NULL,
    id              {{uuid}} NOT NULL,
    channel_id      {{uuid}} NOT NULL,
    conversation_id {{uuid}} NOT NULL,
    event_id        {{uuid}} NOT NULL,
    task_id         {{uuid}},
    ad_id           TEXT NOT NULL,
    ad_title        TEXT NOT NULL,
    came_at         {{ts}} NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, event_id)
);
CREATE INDEX ad_clicks_by_time ON ad_clicks (account_id, came_at, id);
CREATE INDEX ad_clicks_without_task ON ad_clicks (account_id, conversation_id) WHERE task_id IS NULL;
CREATE INDEX leads_by_ad ON leads (account_id, ad_id, submitted_at, id) WHERE campaign_id <> '';

INSERT INTO schema_compat (version, compatible_from) VALUES (28, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 28;
DROP INDEX leads_by_ad;
DROP TABLE ad_clicks;
ALTER TABLE lead_forms DROP COLUMN test_lead;
