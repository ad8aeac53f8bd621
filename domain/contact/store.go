package contact

import (
	"context"

	"gorm.io/gorm"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

type store struct{ db *storage.DB }

func (s store) get(ctx context.Context, a account.ID, id ids.ID) (Contact, error) {
	var c Contact
	if err := storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&c).Error, "contact"); err != nil {
		return c, err
	}
	if c.MergedInto != nil {
		return c, errs.New(errs.Gone, "contact.merged", "contact_id", c.MergedInto.String())
	}
	one := []Contact{c}
	err := s.tagged(ctx, one)
	return one[0], err
}

func (s store) identity(ctx context.Context, a account.ID, id ids.ID) (Identity, error) {
	var x Identity
	return x, storage.Found(s.db.Of(ctx, a).Where("id = ?", id).Take(&x).Error, "identity")
}

func (s store) identities(ctx context.Context, a account.ID, contacts []ids.ID) ([]Identity, error) {
	var rows []Identity
	if len(contacts) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("contact_id", contacts)).Order("id").Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) list(ctx context.Context, a account.ID, f Filter, p storage.Page) (rows []Contact, next string, err error) {
	err = s.db.ByValues(ctx, f.Query != "", func(ctx context.Context) error {
		rows, next, err = s.page(ctx, a, f, p)
		return err
	})
	return rows, next, err
}

func (s store) page(ctx context.Context, a account.ID, f Filter, p storage.Page) ([]Contact, string, error) {
	order := f.Sort.order()
	q := s.db.Of(ctx, a).Where("merged_into IS NULL AND erased_at IS NULL")
	if f.Query != "" {
		words := storage.ParseSearch(f.Query)
		if words.Empty() {
			return nil, "", nil
		}
		matching, args := s.db.Matching("contacts", "id", a, words)
		q = q.Where("id IN ("+matching+")", args...)
	}
	q, err := storage.Keyset(s.narrow(q, a, f), order, p)
	if err != nil {
		return nil, "", err
	}
	var rows []Contact
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", storage.Translate(err)
	}
	rows, next := storage.Cut(rows, order, p, func(c Contact) (any, ids.ID) {
		switch f.Sort {
		case Newest:
			return c.CreatedAt, c.ID
		case Latest:
			return c.LastContactAt, c.ID
		}
		return c.SearchName, c.ID
	})
	return rows, next, s.tagged(ctx, rows)
}

func (s store) narrow(q *gorm.DB, a account.ID, f Filter) *gorm.DB {
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Group != "" {
		q = q.Where("group_name = ?", f.Group)
	}
	if f.Tag != "" {
		q = q.Where(`EXISTS (SELECT 1 FROM contact_tags AS x WHERE x.account_id = ? AND x.contact_id = contacts.id AND x.tag = ?)`, a, f.Tag)
	}
	if f.ChannelID != nil {
		q = q.Where(`EXISTS (SELECT 1 FROM identities AS x WHERE x.account_id = ? AND x.contact_id = contacts.id AND x.channel_id = ?)`,
			a, *f.ChannelID)
	}
	if f.ChannelKind != "" {
		q = q.Where(`EXISTS (SELECT 1 FROM identities AS x JOIN channels AS h ON h.account_id = x.account_id AND h.id = x.channel_id
			WHERE x.account_id = ? AND x.contact_id = contacts.id AND h.kind = ?)`, a, f.ChannelKind)
	}
	if f.CompanyID != nil {
		q = q.Where("company_id = ?", *f.CompanyID)
	}
	if f.OpenTask {
		q = q.Where(`EXISTS (SELECT 1 FROM tasks AS x WHERE x.account_id = ? AND x.contact_id = contacts.id AND x.category <> 'resolved')`, a)
	}
	return q
}

func (s store) insert(ctx context.Context, c *Contact) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Create(c).Error)
}

func (s store) update(ctx context.Context, c *Contact) error {
	return storage.Translate(s.db.Of(ctx, c.AccountID).Model(&Contact{}).Where("id = ?", c.ID).
		Select("kind", "name", "search_name", "template_id", "template_version", "emails", "phones", "fields", "filled",
			"group_name", "company_id", "avatar_id", "updated_at").Updates(c).Error)
}

// keys makes the contact's e-mails and phone numbers lead to it, and only them.
func (s store) keys(ctx context.Context, c Contact) error {
	err := s.db.Of(ctx, c.AccountID).Where("contact_id = ?", c.ID).Delete(&Key{}).Error
	if err != nil {
		return storage.Translate(err)
	}
	written, err := storage.InsertMany(ctx, s.db, KeysOf(c))
	if err != nil {
		return err
	}
	for i, ok := range written {
		if !ok {
			k := KeysOf(c)[i]
			return errs.New(errs.Conflict, "contact.key_taken", "type", k.Type, "value", k.Value)
		}
	}
	return nil
}

func (s store) updateIdentity(ctx context.Context, x *Identity, columns ...string) error {
	return storage.Translate(s.db.Of(ctx, x.AccountID).Model(&Identity{}).Where("id = ?", x.ID).
		Select(append(columns, "updated_at")).Updates(x).Error)
}

func (s store) byIDs(ctx context.Context, a account.ID, list []ids.ID) ([]Contact, error) {
	var rows []Contact
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where(storage.Among("id", list)).Find(&rows).Error
	return rows, storage.Translate(err)
}
