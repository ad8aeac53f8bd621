-- Delivery within the platform's limits: how much of them a channel has used, its pace, and an index by which work is
-- claimed channel by channel. Described in domain/README.md.
-- compatible_from: 1

-- +goose Up
ALTER TABLE channels ADD COLUMN usage_percent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN usage_limit TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN usage_at {{ts}};
ALTER TABLE channels ADD COLUMN regain_at {{ts}};
ALTER TABLE channels ADD COLUMN paced_until {{ts}};
ALTER TABLE channels ADD COLUMN throttles BIGINT NOT NULL DEFAULT 0;

CREATE INDEX due_work_by_channel ON due_work (queue, channel_id, due_at, key);

INSERT INTO schema_compat (version, compatible_from) VALUES (6, 1);

-- +goose Down
DELETE FROM schema_compat WHERE version = 6;
DROP INDEX due_work_by_channel;
ALTER TABLE channels DROP COLUMN throttles;
ALTER TABLE channels DROP COLUMN paced_until;
ALTER TABLE channels DROP COLUMN regain_at;
ALTER TABLE channels DROP COLUMN usage_at;
ALTER TABLE channels DROP COLUMN usage_limit;
ALTER TABLE channels DROP COLUMN usage_percent;
