-- Libredesk's data, as many conversations as :conversations, with as many people as :contacts: twenty agents, of whom the
-- one who signs in has a twentieth; a tenth is open; 200 conversations have 50 messages, open ones three, and the others one.
-- Foreign keys are right as they are written and are not looked at, and the index of words is filled at the end.
SET session_replication_role = replica;
INSERT INTO users (type, email, first_name, last_name) SELECT 'agent', 'agent' || i || '@example.com', 'Agent', 'No ' || i FROM generate_series(2, 20) i;
INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r WHERE r.name = 'Agent' AND u.email LIKE 'agent%';
UPDATE roles SET permissions = permissions || '{messages:write_as_contact}' WHERE name = 'Admin';
INSERT INTO inboxes (channel, name, "from", config) VALUES ('email', 'Shop', 'Shop <shop@example.com>', '{"imap": [], "smtp": []}');
INSERT INTO users (type, email, first_name, last_name)
    SELECT 'contact', 'contact' || i || '@example.com', 'Contact', 'No ' || i FROM generate_series(1, :contacts) i;
INSERT INTO conversations (contact_id, assigned_user_id, inbox_id, status_id, priority_id, subject, created_at, updated_at, last_message_at, last_message,
        last_message_sender, last_interaction_at, last_interaction, last_interaction_sender, waiting_since, reference_number)
    SELECT c.first + i % c.count, a.ids[1 + i % array_length(a.ids, 1)], (SELECT id FROM inboxes LIMIT 1), s.id, 2, 'Question no ' || i, t, t, t,
        'Is my order no ' || i || ' on its way?', 'contact', t, 'Is my order no ' || i || ' on its way?', 'contact', t, (1000000 + i)::text
    FROM generate_series(1, :conversations) i,
        LATERAL (SELECT now() - (:conversations - i) * interval '60 seconds' AS t) at,
        (SELECT min(id) AS first, count(*) AS count FROM users WHERE type = 'contact') c,
        (SELECT array_agg(id ORDER BY id) AS ids FROM users WHERE type = 'agent') a,
        LATERAL (SELECT id FROM conversation_statuses WHERE name = CASE WHEN i / 20 % 10 = 0 THEN 'Open' ELSE 'Resolved' END) s;
DROP INDEX index_trgm_conversation_messages_on_text_content;
INSERT INTO conversation_messages (type, status, conversation_id, content_type, content, text_content, sender_id, sender_type, created_at)
    SELECT CASE WHEN k % 2 = 1 THEN 'incoming' ELSE 'outgoing' END::message_type, CASE WHEN k % 2 = 1 THEN 'received' ELSE 'sent' END::message_status,
        c.id, 'text', m.words, m.words, CASE WHEN k % 2 = 1 THEN c.contact_id ELSE c.assigned_user_id END,
        CASE WHEN k % 2 = 1 THEN 'contact' ELSE 'agent' END::message_sender_type, c.created_at + k * interval '1 second'
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS i FROM conversations) c
        JOIN conversation_statuses s ON s.id = c.status_id,
        LATERAL generate_series(1, CASE WHEN i % greatest(:conversations / 200, 1) = 0 THEN 50 WHEN s.name = 'Open' THEN 3 ELSE 1 END) k,
        LATERAL (SELECT 'Is my order no ' || i || ' on its way? It is the ' || k || 'th time that I ask.' AS words) m;
CREATE INDEX index_trgm_conversation_messages_on_text_content ON conversation_messages USING GIN (text_content gin_trgm_ops);
INSERT INTO conversation_participants (user_id, conversation_id) SELECT contact_id, id FROM conversations;
RESET session_replication_role;
VACUUM ANALYZE;
