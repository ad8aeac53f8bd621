package contact

import (
	"context"
	"slices"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// tagRow is a tag of a contact as it is stored.
type tagRow struct {
	AccountID account.ID `gorm:"primaryKey"`
	ContactID ids.ID     `gorm:"primaryKey"`
	Tag       string     `gorm:"primaryKey"`
}

// TableName names the table.
func (tagRow) TableName() string { return "contact_tags" }

// tags returns the tags in which a text occurs, the most used first.
func (s store) tags(ctx context.Context, a account.ID, like string, limit int) ([]Tag, error) {
	rows := []Tag{}
	err := s.db.Select(ctx, &rows, `SELECT tag AS name, COUNT(*) AS contacts FROM contact_tags WHERE account_id = ?
		AND LOWER(tag) LIKE ? ESCAPE '\' GROUP BY tag ORDER BY contacts DESC, name LIMIT ?`, a, like, limit)
	return rows, err
}

// tagged fills in the tags of contacts, in one statement.
func (s store) tagged(ctx context.Context, list []Contact) error {
	keys := make([]tagRow, len(list))
	for i, c := range list {
		keys[i] = tagRow{AccountID: c.AccountID, ContactID: c.ID}
	}
	rows, err := storage.SelectMany[tagRow](ctx, s.db, unique(keys), "account_id", "contact_id")
	if err != nil {
		return err
	}
	of := map[ref][]string{}
	for _, r := range rows {
		k := ref{r.AccountID, r.ContactID}
		of[k] = append(of[k], r.Tag)
	}
	for i, c := range list {
		list[i].Tags = of[ref{c.AccountID, c.ID}]
		slices.Sort(list[i].Tags) // not by the database: the two sort differently
	}
	return nil
}

// setTags writes the tags that a contact has, and no others.
func (s store) setTags(ctx context.Context, c Contact) error {
	err := s.db.Of(ctx, c.AccountID).Where("contact_id = ?", c.ID).Delete(&tagRow{}).Error
	if err != nil || c.MergedInto != nil {
		return storage.Translate(err)
	}
	return s.addTags(ctx, c)
}

// addTags adds tags to those that contacts have.
func (s store) addTags(ctx context.Context, list ...Contact) error {
	var rows []tagRow
	for _, c := range list {
		for _, tag := range c.Tags {
			rows = append(rows, tagRow{c.AccountID, c.ID, tag})
		}
	}
	_, err := storage.InsertMany(ctx, s.db, rows)
	return err
}
