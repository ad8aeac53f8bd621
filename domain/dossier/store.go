package dossier

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// store changes what is a contact's, in the order in which transactions write: contacts, keys, identities, conversations,
// tasks, active tasks, and leads and notes last: whoever writes one holds its contact.
type store struct{ db *storage.DB }

// saveContacts writes what a merger changes of contacts.
func (s store) saveContacts(ctx context.Context, list ...contact.Contact) error {
	_, err := storage.UpdateMany(ctx, s.db, list, storage.Update{
		Match: []string{"account_id", "id"},
		Set: []string{
			"kind", "name", "search_name", "emails", "phones", "fields", "group_name", "company_id", "avatar_id", "merged_into",
			"last_contact_at", "updated_at",
		},
	})
	return err
}

// lockContacts reads contacts as they are, also merged ones, and keeps others from changing them.
func (s store) lockContacts(ctx context.Context, a account.ID, list ...ids.ID) (map[ids.ID]contact.Contact, error) {
	keys := make([]contact.Contact, len(list))
	for i, id := range list {
		keys[i] = contact.Contact{AccountID: a, ID: id}
	}
	rows, err := storage.LockMany[contact.Contact](ctx, s.db, keys, "account_id", "id")
	found := map[ids.ID]contact.Contact{}
	for _, c := range rows {
		found[c.ID] = c
	}
	return found, err
}

func scopeOf(id ids.ID) string { return "contact:" + id.String() }

type idRow struct{ ID ids.ID }

func idsOf(rows []idRow) []ids.ID {
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

// take gives rows of a table from one contact to another and returns which.
func (s store) take(ctx context.Context, table string, a account.ID, from, to ids.ID) ([]ids.ID, error) {
	var rows []idRow
	err := s.db.Select(ctx, &rows, `UPDATE `+table+` SET contact_id = ? WHERE account_id = ? AND contact_id = ? RETURNING id`, to, a, from)
	return idsOf(rows), err
}

// move gives everything of one contact to another.
func (s store) move(ctx context.Context, a account.ID, from, to ids.ID) (m Moved, err error) {
	err = s.db.Select(ctx, &m.Keys, `UPDATE contact_keys SET contact_id = ? WHERE account_id = ? AND contact_id = ?
		RETURNING account_id, type, value, contact_id`, to, a, from)
	if err != nil {
		return m, err
	}
	for _, t := range []struct {
		table string
		into  *[]ids.ID
	}{{"identities", &m.Identities}, {"conversations", &m.Conversations}, {"tasks", &m.Tasks}, {"leads", &m.Leads}, {"contact_notes", &m.Notes}} {
		if *t.into, err = s.take(ctx, t.table, a, from, to); err != nil {
			return m, err
		}
	}
	if _, err := s.db.Exec(ctx, `UPDATE tasks SET scope = ? WHERE account_id = ? AND scope = ?`, scopeOf(to), a, scopeOf(from)); err != nil {
		return m, err
	}
	n, err := s.db.Exec(ctx, `UPDATE active_tasks SET scope = ? WHERE account_id = ? AND scope = ? AND NOT EXISTS
		(SELECT 1 FROM active_tasks AS other WHERE other.account_id = ? AND other.scope = ?)`,
		scopeOf(to), a, scopeOf(from), a, scopeOf(to))
	if err != nil {
		return m, err
	}
	m.Scopes = n > 0
	var members []idRow
	err = s.db.Select(ctx, &members, `UPDATE contacts SET company_id = ? WHERE account_id = ? AND company_id = ? AND id <> ? RETURNING id`,
		to, a, from, to)
	m.Members = idsOf(members)
	return m, err
}

// moveBack gives everything that came with a merger back, and with it what came since for the identities that go.
func (s store) moveBack(ctx context.Context, m Merge, rest contact.Contact) (back Moved, err error) {
	back = Moved{Keys: m.Moved.Keys, Members: m.Moved.Members, Scopes: m.Moved.Scopes}
	if err := s.keysBack(ctx, m, rest); err != nil {
		return back, err
	}
	if back.Identities, err = s.back(ctx, m, "identities", m.Moved.Identities, ""); err != nil {
		return back, err
	}
	back.Conversations, err = s.back(ctx, m, "conversations", m.Moved.Conversations,
		`identity_id IN (SELECT id FROM identities WHERE account_id = ? AND contact_id = ?)`, m.AccountID, m.MergedID)
	if err != nil {
		return back, err
	}
	back.Tasks, err = s.back(ctx, m, "tasks", m.Moved.Tasks,
		`created_at >= ? AND conversation_id IN (SELECT id FROM conversations WHERE account_id = ? AND contact_id = ?)`,
		m.MergedAt, m.AccountID, m.MergedID)
	if err != nil {
		return back, err
	}
	if err := s.scopesBack(ctx, m, back.Tasks); err != nil {
		return back, err
	}
	_, err = s.db.Exec(ctx, `UPDATE comments SET author_id = ? WHERE account_id = ? AND author_kind = 'contact' AND author_id = ?
		AND conversation_id IN (SELECT id FROM conversations WHERE account_id = ? AND contact_id = ?)`,
		m.MergedID, m.AccountID, m.SurvivorID, m.AccountID, m.MergedID)
	if err != nil {
		return back, err
	}
	if back.Leads, err = s.back(ctx, m, "leads", m.Moved.Leads, ""); err != nil {
		return back, err
	}
	if back.Notes, err = s.back(ctx, m, "contact_notes", m.Moved.Notes, ""); err != nil {
		return back, err
	}
	_, err = storage.UpdateMany(ctx, s.db, changes[companyChange](m, m.Moved.Members), storage.Update{
		Match: []string{"account_id", "id"}, Key: []string{"account_id", "id"}, Set: []string{"company_id"}, Carry: []string{"other_id"}, Where: "t.company_id = v.other_id",
	})
	return back, err
}

// back gives the named rows of a table back, those that are still the survivor's, and others for which a condition holds.
func (s store) back(ctx context.Context, m Merge, table string, list []ids.ID, also string, args ...any) ([]ids.ID, error) {
	var rows []idRow
	if also != "" {
		text := `UPDATE ` + table + ` SET contact_id = ? WHERE account_id = ? AND contact_id = ? AND ` + also + ` RETURNING id`
		if err := s.db.Select(ctx, &rows, text, append([]any{m.MergedID, m.AccountID, m.SurvivorID}, args...)...); err != nil {
			return nil, err
		}
	}
	var named []idRow
	err := s.db.Select(ctx, &named, `UPDATE `+table+` AS t SET contact_id = ? FROM ? WHERE t.account_id = v.account_id AND t.id = v.id
		AND t.contact_id = ? RETURNING `+s.idOf(), m.MergedID, storage.Rows(changes[rowChange](m, list), "account_id", "id"), m.SurvivorID)
	return idsOf(append(rows, named...)), err
}

// idOf names the changed row's id after RETURNING: PostgreSQL sees v's too and has to be told, SQLite cannot be.
func (s store) idOf() string {
	if s.db.Engine() == storage.Postgres {
		return "t.id"
	}
	return "id"
}

// rowChange and companyChange name rows that go back.
type (
	rowChange struct {
		AccountID account.ID
		ID        ids.ID
	}
	companyChange struct {
		AccountID account.ID
		ID        ids.ID
		CompanyID ids.ID
		OtherID   ids.ID
	}
)

// TableName names the table.
func (companyChange) TableName() string { return "contacts" }

func changes[T rowChange | companyChange](m Merge, list []ids.ID) []T {
	out := make([]T, len(list))
	for i, id := range list {
		switch row := any(&out[i]).(type) {
		case *rowChange:
			*row = rowChange{m.AccountID, id}
		case *companyChange:
			*row = companyChange{m.AccountID, id, m.MergedID, m.SurvivorID}
		}
	}
	return out
}

// keysBack has each contact's own addresses lead to it again, where they still led to the survivor.
func (s store) keysBack(ctx context.Context, m Merge, rest contact.Contact) error {
	keys := make([]contact.Key, len(m.Moved.Keys))
	for i, k := range m.Moved.Keys {
		k.ContactID = m.SurvivorID
		keys[i] = k
	}
	_, err := s.db.Exec(ctx, `DELETE FROM contact_keys WHERE (account_id, type, value, contact_id) IN
		(SELECT account_id, type, value, contact_id FROM ?)`, storage.Rows(keys))
	if err != nil {
		return err
	}
	for i := range keys {
		keys[i].ContactID = m.MergedID
	}
	_, err = storage.InsertMany(ctx, s.db, append(keys, contact.KeysOf(rest)...))
	return err
}

func (s store) scopesBack(ctx context.Context, m Merge, tasks []ids.ID) error {
	if len(tasks) == 0 {
		return nil
	}
	from, to := scopeOf(m.SurvivorID), scopeOf(m.MergedID)
	rows := storage.Rows(changes[rowChange](m, tasks), "account_id", "id")
	_, err := s.db.Exec(ctx, `UPDATE tasks AS t SET scope = ? FROM ? WHERE t.account_id = v.account_id AND t.id = v.id AND t.scope = ?`,
		to, rows, from)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `UPDATE active_tasks AS t SET scope = ? FROM ? WHERE t.account_id = v.account_id AND t.task_id = v.id
		AND t.scope = ? AND NOT EXISTS (SELECT 1 FROM active_tasks AS o WHERE o.account_id = t.account_id AND o.scope = ?)`,
		to, rows, from, to)
	return err
}

func (s store) insertMerge(ctx context.Context, m Merge) error {
	return storage.Translate(s.db.Of(ctx, m.AccountID).Create(&m).Error)
}

// endMerge notes that a merger was taken back, and forgets what it kept of people.
func (s store) endMerge(ctx context.Context, m Merge) error {
	_, err := s.db.Exec(ctx, `UPDATE contact_merges SET undone_at = ?, before = '{}', after = '{}', moved = '{}'
		WHERE account_id = ? AND id = ?`, m.UndoneAt, m.AccountID, m.ID)
	return err
}

func (s store) merges(ctx context.Context, a account.ID, survivor ids.ID) ([]Merge, error) {
	var rows []Merge
	err := s.db.Of(ctx, a).Where("survivor_id = ? AND undone_at IS NULL", survivor).Order("id DESC").Find(&rows).Error
	return rows, storage.Translate(err)
}
