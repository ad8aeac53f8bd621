package contact

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) groups(ctx context.Context, a account.ID) ([]Group, error) {
	var rows []Group
	err := s.db.Select(ctx, &rows, `SELECT g.account_id, g.id, g.name, g.created_at, COUNT(c.id) AS contacts
		FROM contact_groups AS g LEFT JOIN contacts AS c ON c.account_id = g.account_id AND c.group_name = g.name
		AND c.group_name <> '' AND c.merged_into IS NULL AND c.erased_at IS NULL
		WHERE g.account_id = ? GROUP BY g.account_id, g.id, g.name, g.created_at ORDER BY LOWER(g.name), g.id`, a)
	return rows, err
}

// adoptGroups makes groups of the names that contacts have and no group has.
func (s store) adoptGroups(ctx context.Context, a account.ID, now time.Time) error {
	var names []struct{ GroupName string }
	err := s.db.Select(ctx, &names, `SELECT DISTINCT group_name FROM contacts AS c WHERE account_id = ? AND group_name <> ''
		AND NOT EXISTS (SELECT 1 FROM contact_groups AS g WHERE g.account_id = c.account_id AND g.name = c.group_name)
		ORDER BY group_name LIMIT ?`, a, maxGroups)
	rows := make([]Group, len(names))
	for i, n := range names {
		rows[i] = Group{AccountID: a, ID: ids.New(), Name: n.GroupName, CreatedAt: now}
	}
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.insertGroups(ctx, rows)
}

// ensureGroup has the group of a contact exist.
func (s store) ensureGroup(ctx context.Context, c Contact) error {
	if c.GroupName == "" {
		return nil
	}
	return s.insertGroups(ctx, []Group{{AccountID: c.AccountID, ID: ids.New(), Name: c.GroupName, CreatedAt: c.UpdatedAt}})
}

func (s store) insertGroups(ctx context.Context, rows []Group) error {
	_, err := s.db.Exec(ctx, `INSERT INTO contact_groups (account_id, id, name, created_at)
		SELECT account_id, id, name, created_at FROM ? WHERE true ON CONFLICT DO NOTHING`,
		storage.Rows(rows, "account_id", "id", "name", "created_at"))
	return err
}

func (s store) insertGroup(ctx context.Context, g Group) (bool, error) {
	n, err := s.db.Exec(ctx, `INSERT INTO contact_groups (account_id, id, name, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, g.AccountID, g.ID, g.Name, g.CreatedAt)
	return n > 0, err
}

func (s store) countGroups(ctx context.Context, a account.ID) (n int64, err error) {
	return n, storage.Translate(s.db.Of(ctx, a).Model(&Group{}).Count(&n).Error)
}

func (s store) group(ctx context.Context, a account.ID, id ids.ID) (Group, error) {
	var g Group
	err := s.db.Of(ctx, a).Select("account_id", "id", "name", "created_at").Where("id = ?", id).Take(&g).Error
	return g, storage.Found(err, "contact_group")
}

func (s store) renameGroup(ctx context.Context, g Group) (bool, error) {
	n, err := s.db.Exec(ctx, `UPDATE contact_groups SET name = ? WHERE account_id = ? AND id = ? AND NOT EXISTS
		(SELECT 1 FROM contact_groups AS other WHERE other.account_id = ? AND other.name = ?)`,
		g.Name, g.AccountID, g.ID, g.AccountID, g.Name)
	return n > 0, err
}

// regroup gives the contacts of one group the name of another.
func (s store) regroup(ctx context.Context, a account.ID, from, to string, now time.Time) (int64, error) {
	return s.db.Exec(ctx, `UPDATE contacts SET group_name = ?, updated_at = ? WHERE account_id = ? AND group_name = ? AND group_name <> ''`,
		to, now, a, from)
}

func (s store) deleteGroup(ctx context.Context, g Group) error {
	return storage.Translate(s.db.Of(ctx, g.AccountID).Where("id = ?", g.ID).Delete(&Group{}).Error)
}
