package task

import (
	"context"
	"maps"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

// Amendment is a later change of a message by the person who wrote it, or a reaction to it.
type Amendment struct {
	External
	Edit     *NewText
	Unsent   *time.Time
	Reaction *NewReaction
	Hidden   *Hiding
	// Fleeting ones are forgotten when their message is not there.
	Fleeting bool `json:"-"`
}

// Hiding is a comment under a post being hidden, or shown again.
type Hiding struct {
	Hidden bool      `json:"hidden"`
	At     time.Time `json:"at"`
}

// NewText is an edit.
type NewText struct {
	Number int       `json:"number"` // 0 where the platform does not count: what is later is newer
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// NewReaction is a reaction put on or taken off.
type NewReaction struct {
	Reaction
	Removed bool `json:"removed"`
}

// tombstone keeps amendments whose message has not come yet; they are applied when it does.
type tombstone struct {
	AccountID  account.ID  `gorm:"primaryKey"`
	ChannelID  ids.ID      `gorm:"primaryKey"`
	ExternalID string      `gorm:"primaryKey"`
	Changes    []Amendment `gorm:"serializer:json"`
	CreatedAt  time.Time
}

// TableName names the table.
func (tombstone) TableName() string { return "tombstones" }

func (t tombstone) external() External { return External{t.AccountID, t.ChannelID, t.ExternalID} }

// amend applies a change. Doing it twice, or in another order, comes to the same.
func (c *Comment) amend(a Amendment) {
	if a.Unsent != nil && c.UnsentAt == nil {
		c.UnsentAt = a.Unsent
		c.Text, c.Details, c.Edits = "", nil, nil
	}
	if a.Edit != nil && c.UnsentAt == nil {
		c.edit(*a.Edit)
	}
	if a.Reaction != nil {
		c.react(*a.Reaction)
	}
	if a.Hidden != nil {
		c.HiddenAt = nil
		if a.Hidden.Hidden {
			c.HiddenAt = &a.Hidden.At
		}
	}
}

// edit gives the comment the text of the newest edit and keeps the others as what it was.
func (c *Comment) edit(e NewText) {
	if e.Number == 0 {
		if e.Text == c.Text || len(c.Edits) > 0 && c.Edits[len(c.Edits)-1].At.After(e.At) {
			return
		}
		e.Number = len(c.Edits) + 1
	}
	at := 0
	for _, was := range c.Edits {
		if was.Number == e.Number {
			return
		}
		at = max(at, was.Number)
	}
	if e.Number > at {
		c.Edits = append(c.Edits, Edit{Number: e.Number, Text: c.Text, At: e.At})
		c.Text = e.Text
		return
	}
	// It came late: its text was what a later edit replaced.
	i := slices.IndexFunc(c.Edits, func(was Edit) bool { return was.Number > e.Number })
	replaced := c.Edits[i].Text
	c.Edits[i].Text = e.Text
	c.Edits = slices.Insert(c.Edits, i, Edit{Number: e.Number, Text: replaced, At: e.At})
}

// react keeps one reaction a person; an older one than we know changes nothing.
func (c *Comment) react(r NewReaction) {
	i := slices.IndexFunc(c.Reactions, func(x Reaction) bool { return x.Person == r.Person })
	if i >= 0 && c.Reactions[i].At.After(r.At) {
		return
	}
	if i >= 0 {
		c.Reactions = slices.Delete(slices.Clone(c.Reactions), i, i+1)
	}
	if !r.Removed {
		c.Reactions = append(c.Reactions, r.Reaction)
	}
}

// Amend applies changes to comments, in the context's transaction and in their order, and keeps those whose message is
// not there yet. It returns the comments that changed; those that were unsent lose their files.
func (s *Service) Amend(ctx context.Context, changes []Amendment) ([]Comment, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	keys := make([]External, len(changes))
	for i, a := range changes {
		keys[i] = a.External
	}
	rows, err := storage.SelectMany[Comment](ctx, s.DB, uniqueExternals(keys), "account_id", "channel_id", "external_id")
	if err != nil {
		return nil, err
	}
	found := make(map[External]*Comment, len(rows))
	for i := range rows {
		found[rows[i].external()] = &rows[i]
	}
	var early []Amendment
	var hidden []*Comment
	for _, a := range changes {
		c := found[a.External]
		if c != nil {
			c.amend(a)
		}
		switch {
		case c == nil && !a.Fleeting:
			early = append(early, a)
		case c != nil && a.Hidden != nil:
			hidden = append(hidden, c)
		}
	}
	if err := s.bury(ctx, early); err != nil {
		return nil, err
	}
	_, err = storage.UpdateMany(ctx, s.DB, rows, storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"text", "details", "edits", "reactions", "unsent_at"},
	})
	if err != nil {
		return nil, err
	}
	if err := s.hide(ctx, hidden); err != nil {
		return nil, err
	}
	return rows, s.afterAmend(ctx, rows)
}

// hide writes which comments are hidden. Those alone: staff hide comments beside this.
func (s *Service) hide(ctx context.Context, list []*Comment) error {
	rows := map[ids.ID]Comment{}
	for _, c := range list {
		rows[c.ID] = *c
	}
	_, err := storage.UpdateMany(ctx, s.DB, slices.Collect(maps.Values(rows)), storage.Update{
		Match: []string{"account_id", "id"}, Set: []string{"hidden_at"},
	})
	return err
}

// afterAmend removes the files of unsent comments, brings snippets in line and tells the screens.
func (s *Service) afterAmend(ctx context.Context, rows []Comment) error {
	events := make([]feed.Event, len(rows))
	for i, c := range rows {
		events[i] = feed.Event{AccountID: c.AccountID, Type: feed.CommentChanged, Refs: feed.Refs{
			TaskID: ids.Ptr(c.TaskID), CommentID: ids.Ptr(c.ID),
		}}
		if c.UnsentAt != nil {
			if err := s.Attachments.Remove(ctx, c.AccountID, c.ID); err != nil {
				return err
			}
		}
	}
	if err := s.store.refreshSnippets(ctx, rows); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, events...)
}

// bury keeps changes whose message has not come.
func (s *Service) bury(ctx context.Context, early []Amendment) error {
	if len(early) == 0 {
		return nil
	}
	now := s.Clock.Now()
	byKey := map[External]*tombstone{}
	var fresh []tombstone
	for _, a := range early {
		t := byKey[a.External]
		if t == nil {
			t = &tombstone{a.AccountID, a.ChannelID, a.ExternalID, nil, now}
			byKey[a.External] = t
		}
		t.Changes = append(t.Changes, a)
	}
	for _, t := range byKey {
		fresh = append(fresh, *t)
	}
	written, err := storage.InsertMany(ctx, s.DB, fresh)
	if err != nil {
		return err
	}
	var there []tombstone
	for i, ok := range written {
		if !ok {
			there = append(there, fresh[i])
		}
	}
	known, err := s.tombstones(ctx, there)
	if err != nil {
		return err
	}
	for i := range there {
		there[i].Changes = append(known[there[i].external()].Changes, there[i].Changes...)
	}
	_, err = storage.UpdateMany(ctx, s.DB, there, storage.Update{
		Match: []string{"account_id", "channel_id", "external_id"}, Set: []string{"changes"},
	})
	return err
}

func (s *Service) tombstones(ctx context.Context, keys []tombstone) (map[External]tombstone, error) {
	rows, err := storage.SelectMany[tombstone](ctx, s.DB, keys, "account_id", "channel_id", "external_id")
	found := make(map[External]tombstone, len(rows))
	for _, t := range rows {
		found[t.external()] = t
	}
	return found, err
}

// applyTombstones gives new comments the changes that came before them.
func (s *Service) applyTombstones(ctx context.Context, comments []Comment) error {
	var keys []tombstone
	for _, c := range comments {
		if x := c.external(); x.ExternalID != "" {
			keys = append(keys, tombstone{AccountID: x.AccountID, ChannelID: x.ChannelID, ExternalID: x.ExternalID})
		}
	}
	found, err := s.tombstones(ctx, keys)
	if err != nil || len(found) == 0 {
		return err
	}
	var used []tombstone
	for i := range comments {
		t, ok := found[comments[i].external()]
		if !ok {
			continue
		}
		for _, a := range t.Changes {
			comments[i].amend(a)
		}
		used = append(used, t)
	}
	return s.store.deleteTombstones(ctx, used)
}

func uniqueExternals(list []External) []External {
	slices.SortFunc(list, func(a, b External) int {
		return slices.Compare([]string{a.AccountID.String(), a.ChannelID.String(), a.ExternalID},
			[]string{b.AccountID.String(), b.ChannelID.String(), b.ExternalID})
	})
	return slices.Compact(list)
}
