package lead

import (
	"context"
	"time"

	"kontor/domain/channel"
	"kontor/domain/due"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

const (
	// A webhook is given this long before a lead counts as one that none brought.
	settle = 10 * time.Minute
	// Looks overlap: the platform lists leads with a delay now and then.
	overlap = 10 * time.Minute
	// From this share of the platform's limit on, looking stops: the rest is for the leads that webhooks bring.
	enoughUsage = 80
)

// reconcile looks through the leads of a form since the last look and takes in those that no webhook brought. enough says
// that the limit is to be spared; failure what the platform refused. Where a look was interrupted, the next one goes on.
func (s *Service) reconcile(
	ctx context.Context, w due.Work, r reached, f Form,
) (enough bool, failure *channel.Failure, err error) {
	if f.Reading == nil {
		f.Reading = &Reading{Since: f.ReadUntil.Add(-overlap), Until: s.Clock.Now().Add(-settle)}
		if !f.Reading.Until.After(f.ReadUntil) {
			return false, nil, nil
		}
	}
	for {
		page, got, err := s.look(ctx, w, r, f, f.Reading.Since, f.Reading.After)
		switch {
		case err != nil:
			return false, nil, err
		case got != nil && got.Class == channel.Rejected && f.Reading.After != "": // an old cursor: begin anew
			f.Reading.After = ""
			continue
		case got != nil:
			return false, got, s.keepReading(ctx, f)
		}
		if _, err := s.takeIn(ctx, r.channel, f, page.Leads, span{f.ReadUntil, f.Reading.Until}); err != nil {
			return false, nil, err
		}
		if f.Reading.After = page.Next; page.Next == "" {
			f.ReadUntil, f.Reading = f.Reading.Until, nil
		}
		if err := s.keepReading(ctx, f); err != nil {
			return false, nil, err
		}
		if enough = page.Usage >= enoughUsage; enough || f.Reading == nil {
			return enough, nil, nil
		}
	}
}

func (s *Service) keepReading(ctx context.Context, f Form) error {
	f.UpdatedAt = s.Clock.Now()
	return s.store.updateForm(ctx, &f, "read_until", "reading")
}

// look asks for a page of a form's leads. The error is the database's, or that the work is another's by now.
func (s *Service) look(
	ctx context.Context, w due.Work, r reached, f Form, since time.Time, after string,
) (channel.LeadPage, *channel.Failure, error) {
	if err := s.Due.Renew(ctx, w); err != nil {
		return channel.LeadPage{}, nil, err
	}
	calling, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	page, err := r.fetcher.Leads(calling, r.access, f.ExternalID, since, after)
	if err != nil {
		return page, failureOf(err), nil
	}
	return page, nil, nil
}

// span says which of the leads that are found count. What was submitted after its end is left to its webhook; what was
// submitted before its beginning has been reckoned already.
type span struct{ after, until time.Time }

// of returns the leads of a form that count, and the items of those that are still to be reckoned.
func (x span) of(f Form, found []channel.FoundLead) (settled []channel.FoundLead, reckoned []channel.Item) {
	for _, l := range found {
		if l.Lead = l.Clean(); !l.SubmittedAt.After(x.until) {
			l.FormID, l.FormName = f.ExternalID, f.Name
			settled = append(settled, l)
			if l.SubmittedAt.After(x.after) {
				reckoned = append(reckoned, l.Item)
			}
		}
	}
	return settled, reckoned
}

// takeIn keeps leads that were found by asking: those that are missing, marked as recovered, and the answers of those that
// still wait for them. It returns how many were missing.
func (s *Service) takeIn(
	ctx context.Context, c channel.Channel, f Form, found []channel.FoundLead, within span,
) (missing int, err error) {
	settled, reckoned := within.of(f, found)
	if len(settled) == 0 {
		return 0, nil
	}
	err = s.DB.Retry(ctx, func(ctx context.Context) error {
		items := make([]channel.Item, len(settled))
		for i, x := range settled {
			items[i] = x.Item
		}
		events, err := s.Intake.Keep(ctx, c, items)
		if err != nil {
			return err
		}
		var fresh []Lead
		var there []external
		answers := map[external]channel.Lead{}
		for i, x := range settled {
			a := Arrival{AccountID: c.AccountID, ChannelID: c.ID, EventID: events[i], Lead: x.Lead}
			answers[a.external()] = x.Lead
			if events[i] == ids.Nil {
				there = append(there, a.external())
				continue
			}
			l := s.arrived(a)
			l.Recovered, l.FormID = c.Heard(x.SubmittedAt), ids.Ptr(f.ID)
			fresh = append(fresh, l)
		}
		if err := s.Intake.Reckon(ctx, c, reckoned); err != nil {
			return err
		}
		missing = len(fresh)
		if _, err := storage.InsertMany(ctx, s.DB, fresh); err != nil {
			return err
		}
		locked, err := s.store.lock(ctx, there)
		if err != nil {
			return err
		}
		for _, l := range locked {
			if l.State == Waiting {
				if err := s.keepAnswers(ctx, l, answers[l.external()]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if missing > 0 {
		s.Log.WarnContext(ctx, "leads were recovered that no webhook brought", "account_id", c.AccountID, "channel_id", c.ID,
			"form_id", f.ID, "leads", missing)
	}
	return missing, err
}
