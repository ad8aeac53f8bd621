package contact

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// Duplicate is a pair of contacts that may be the same, and what speaks for it.
type Duplicate struct {
	First, Second ids.ID // the lower id first
	Evidence      []Evidence
}

// Evidence is one thing that two contacts have in common.
type Evidence struct {
	Type  string // email, phone, username, name_company, name
	Value string
}

// weight is how much a piece of evidence says, of a hundred.
func (e Evidence) weight() int {
	switch e.Type {
	case "email":
		return 90
	case "phone":
		return 80
	case "username":
		return 60
	case "name_company":
		return 55
	}
	return 30
}

// Score is how likely the two are the same, of a hundred: each further piece of evidence takes away its part of the doubt.
func (d Duplicate) Score() int {
	doubt := 100
	for _, e := range d.Evidence {
		doubt = doubt * (100 - e.weight()) / 100
	}
	return 100 - doubt
}

// maxDuplicates is how many pairs are looked at by each kind of evidence.
const maxDuplicates = 200

// Duplicates returns pairs of contacts that may be the same, the likeliest first, but for those of whom somebody has said that
// they are not. Each kind of evidence is one pass over an index: contacts are grouped by what they have in common, and never
// compared with each other. of narrows them to one contact's.
func (s *Service) Duplicates(ctx context.Context, a account.ID, of *ids.ID) ([]Duplicate, error) {
	rows, err := s.store.common(ctx, a, of)
	if err != nil {
		return nil, err
	}
	type pair struct{ first, second ids.ID }
	found := map[pair][]Evidence{}
	for _, r := range rows {
		p := pair{r.FirstID, r.SecondID}
		if p.first == p.second {
			continue
		}
		if cmp.Compare(p.first.String(), p.second.String()) > 0 {
			p.first, p.second = p.second, p.first
		}
		e := Evidence{r.Type, r.Value}
		if !slices.Contains(found[p], e) {
			found[p] = append(found[p], e)
		}
	}
	distinct, err := s.store.distinctions(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, d := range distinct {
		delete(found, pair{d.FirstID, d.SecondID})
	}
	out := make([]Duplicate, 0, len(found))
	for p, evidence := range found {
		slices.SortFunc(evidence, func(a, b Evidence) int { return b.weight() - a.weight() })
		out = append(out, Duplicate{p.first, p.second, evidence})
	}
	slices.SortFunc(out, func(a, b Duplicate) int {
		return cmp.Or(b.Score()-a.Score(), cmp.Compare(a.First.String(), b.First.String()), cmp.Compare(a.Second.String(), b.Second.String()))
	})
	return out[:min(len(out), maxDuplicates)], nil
}

// Distinction is that somebody said of two contacts that they are not the same.
type Distinction struct {
	AccountID account.ID `gorm:"primaryKey"`
	FirstID   ids.ID     `gorm:"primaryKey"`
	SecondID  ids.ID     `gorm:"primaryKey"`
	ByName    string
	CreatedAt time.Time
}

// TableName names the table.
func (Distinction) TableName() string { return "contact_distinctions" }

// Distinguish notes that two contacts are not the same. Members may.
func (s *Service) Distinguish(ctx context.Context, by account.Actor, first, second ids.ID) error {
	found, err := s.Of(ctx, by.AccountID, []ids.ID{first, second})
	if err != nil {
		return err
	}
	var problems []errs.Problem
	for i, id := range []ids.ID{first, second} {
		if _, ok := found[id]; !ok {
			problems = append(problems, errs.At([]string{"body.first_id", "body.second_id"}[i], "contact.not_found"))
		}
	}
	if err := errs.Input(problems...); err != nil {
		return err
	}
	if cmp.Compare(first.String(), second.String()) > 0 {
		first, second = second, first
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.insertDistinction(ctx, Distinction{by.AccountID, first, second, by.Name, s.Clock.Now()}); err != nil {
			return err
		}
		err := s.Audit.Record(ctx, by.Entry("contact.distinguished", "contact", first, map[string]any{"contact_id": second}))
		if err != nil {
			return err
		}
		return s.announce(ctx, found[first])
	})
}
