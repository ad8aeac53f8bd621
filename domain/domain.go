// Package domain puts the features together: what the product does, without a word about HTTP, queues or vendors. The
// program gives it a database and the outside world as small interfaces, and gets the services back. See README.md for the
// map of the packages.
package domain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/configuration"
	"kontor/domain/connection"
	"kontor/domain/contact"
	"kontor/domain/conversation"
	"kontor/domain/dossier"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/handover"
	"kontor/domain/idempotency"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/lead"
	"kontor/domain/mail"
	"kontor/domain/outbound"
	"kontor/domain/post"
	"kontor/domain/reply"
	"kontor/domain/report"
	"kontor/domain/retention"
	"kontor/domain/secret"
	"kontor/domain/session"
	"kontor/domain/setup"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
)

// Parts are what the domain needs from outside.
type Parts struct {
	DB      *storage.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Box     *secret.Box
	Bell    due.Bell
	Kinds   *channel.Registry
	Blobs   attachment.Blobs
	Fetcher attachment.Fetcher
	Hashing staff.Hashing
	Mails   mail.Sender               // nil when no mail server is configured
	Link    func(path string) string  // the public address of a path of ours
	FileURL func(token string) string // the public address of a file by the token of its link
	// Words are what is said to people in a language, by code and parameters; the code itself when nil.
	Words func(language, code string, params map[string]any) string
	// Observe, if set, is told of every event and every attempt, for the metrics.
	ObserveEvent   func(kind, outcome string, took time.Duration)
	ObserveAttempt func(kind, outcome string, took time.Duration)
}

// Services are the features, ready to use.
type Services struct {
	Audit         *audit.Log
	Feed          *feed.Feed
	Due           *due.Index
	Keys          *idempotency.Keys
	Accounts      *account.Service
	Staff         *staff.Service
	Sessions      *session.Service
	Mail          *mail.Service
	Setup         *setup.Service
	Attachments   *attachment.Service
	Replies       *reply.Service
	Channels      *channel.Service
	Connections   *connection.Service
	Contacts      *contact.Service
	Access        *access.Service
	Templates     *template.Service
	Posts         *post.Service
	Conversations *conversation.Service
	Outbound      *outbound.Service
	Tasks         *task.Service
	Leads         *lead.Service
	Dossiers      *dossier.Service
	Handover      *handover.Service
	Inbound       *inbound.Service
	Retention     *retention.Service
	Reports       *report.Service
	Configuration *configuration.Service

	db    *storage.DB
	clock clock.Clock
}

// Assemble makes the services, from the bottom up. Where a lower one has to tell a higher one, it is given a function that
// looks the higher one up when it is called.
func Assemble(p Parts) *Services {
	if p.Words == nil {
		p.Words = func(_, code string, _ map[string]any) string { return code }
	}
	if p.Link == nil {
		p.Link = func(path string) string { return path }
	}
	s := &Services{db: p.DB, clock: p.Clock}
	every := storage.NewEverywhere(p.DB)
	s.addFoundations(p, every)
	s.addChannels(p, every)
	s.addWork(p, every)
	s.addIntake(p, every)
	s.Configuration = configuration.New(configuration.Deps{
		DB: p.DB, Audit: s.Audit, Accounts: s.Accounts, Staff: s.Staff, Templates: s.Templates, Contacts: s.Contacts,
		Tasks: s.Tasks, Replies: s.Replies, Channels: s.Channels, Access: s.Access, Leads: s.Leads, Attachments: s.Attachments,
		SwitchAccount: s.SwitchAccount,
	})
	return s
}

// addFoundations makes what everything else stands on: the records, people, files and templates.
func (s *Services) addFoundations(p Parts, every storage.Everywhere) {
	s.Audit = audit.New(p.DB, p.Clock)
	s.Feed = feed.New(every, p.Clock, p.Bell)
	s.Due = due.New(every, p.Clock, p.Bell)
	s.Keys = idempotency.New(every, p.Clock)
	s.Accounts = account.NewService(p.DB, p.Clock, s.Audit, s.Feed).Keeps(p.Blobs)
	s.Sessions = session.NewService(p.DB, p.Clock, s.Audit, s.Feed)
	s.Mail = mail.New(mail.Deps{
		Every: every, Clock: p.Clock, Feed: s.Feed, Bell: p.Bell, Sender: p.Mails, Words: p.Words,
		Compose: func(ctx context.Context, m mail.Mail) (*mail.Content, error) { return s.Staff.Compose(ctx, m) },
	})
	s.Staff = staff.NewService(staff.Deps{
		DB: p.DB, Clock: p.Clock, Log: s.Audit, Feed: s.Feed, Accounts: s.Accounts, Sessions: s.Sessions, Hashing: p.Hashing,
		Box: p.Box, Mail: s.Mail, Link: p.Link,
	})
	s.Setup = setup.New(p.DB, p.Clock)
	s.Attachments = attachment.New(attachment.Deps{
		DB: p.DB, Clock: p.Clock, Due: s.Due, Feed: s.Feed, Audit: s.Audit, Blobs: p.Blobs, Fetcher: p.Fetcher,
		Box: p.Box, LinkURL: p.FileURL, Whereabouts: s.whereIsFile,
	})
	s.Templates = template.New(template.Deps{
		DB: p.DB, Clock: p.Clock, Audit: s.Audit, Feed: s.Feed, Accounts: s.Accounts, Staff: s.Staff,
		Channels: func() *channel.Service { return s.Channels },
		People:   func() *contact.Service { return s.Contacts },
		FormsNaming: func(ctx context.Context, a account.ID, id ids.ID) ([]string, error) {
			return s.Leads.FormsNaming(ctx, a, id)
		},
		StatusesInUse: func(ctx context.Context, a account.ID, set ids.ID) ([]string, error) {
			return s.Tasks.StatusesInUse(ctx, a, set)
		},
		StatusesChanged: func(ctx context.Context, by account.Actor, set template.StatusSet) error {
			return s.Tasks.StatusesChanged(ctx, by, set)
		},
	})
}

// addChannels makes where messages come from, and whom from.
func (s *Services) addChannels(p Parts, every storage.Everywhere) {
	s.Channels = channel.New(channel.Deps{
		DB: p.DB, Clock: p.Clock, Log: p.Log, Box: p.Box, Audit: s.Audit, Feed: s.Feed, Accounts: s.Accounts,
		Registry: p.Kinds, References: references{s}, Every: every,
		SwitchedOn: func(ctx context.Context, c channel.Channel) error {
			p.DB.AfterCommit(ctx, func() { p.Bell.Ring(outbound.Queue); p.Bell.Ring(outbound.PublicQueue) })
			return s.Leads.SwitchedOn(ctx, c)
		},
		Heard: func(ctx context.Context, c channel.Channel) (bool, error) {
			return s.Inbound.Heard(ctx, c.AccountID, c.ID)
		},
		Missed: func(ctx context.Context, c channel.Channel) error { return s.Inbound.Missed(ctx, c) },
	})
	s.Connections = connection.New(connection.Deps{
		DB: p.DB, Clock: p.Clock, Log: p.Log, Box: p.Box, Audit: s.Audit, Feed: s.Feed, Accounts: s.Accounts,
		Channels: s.Channels, Every: every,
	})
	s.Access = access.New(access.Deps{
		DB: p.DB, Audit: s.Audit, Feed: s.Feed, Accounts: s.Accounts, Staff: s.Staff, Channels: s.Channels,
	})
	s.Contacts = contact.New(contact.Deps{
		DB: p.DB, Every: every, Clock: p.Clock, Log: p.Log, Due: s.Due, Feed: s.Feed, Audit: s.Audit, Channels: s.Channels,
		Attachments: s.Attachments, Accounts: s.Accounts, Profiles: s.Templates, Forms: s.Templates,
		Learned: func(ctx context.Context, a account.ID, contactID ids.ID) error {
			return s.Inbound.PersonLearned(ctx, a, contactID)
		},
	})
	s.Posts = post.New(post.Deps{
		DB: p.DB, Clock: p.Clock, Due: s.Due, Channels: s.Channels,
		Learned: func(ctx context.Context, x post.Post) error { return s.Inbound.PostLearned(ctx, x) },
	})
	s.Conversations = conversation.New(p.DB, p.Clock)
}

// addWork makes what tasks are kept and answered by.
func (s *Services) addWork(p Parts, every storage.Everywhere) {
	s.Outbound = outbound.New(outbound.Deps{
		DB: p.DB, Every: every, Clock: p.Clock, Log: p.Log, Due: s.Due, Feed: s.Feed, Audit: s.Audit, Channels: s.Channels,
		Contacts: s.Contacts, Conversations: s.Conversations, Attachments: s.Attachments, Observe: p.ObserveAttempt,
		Arrived: func(ctx context.Context, list []outbound.Arrival) error { return s.Tasks.Arrived(ctx, list) },
	})
	s.Dossiers = dossier.New(dossier.Deps{
		DB: p.DB, Clock: p.Clock, Feed: s.Feed, Audit: s.Audit, Keys: s.Keys, Contacts: s.Contacts, Attachments: s.Attachments,
	})
	s.Tasks = task.New(task.Deps{
		DB: p.DB, Clock: p.Clock, Log: p.Log, Due: s.Due, Feed: s.Feed, Audit: s.Audit,
		Numbers: storage.NewCounter(every, "task"), Accounts: s.Accounts, Staff: s.Staff, Access: s.Access, Templates: s.Templates,
		Channels: s.Channels, Contacts: s.Contacts, Posts: s.Posts, Conversations: s.Conversations,
		Attachments: s.Attachments, Outbound: s.Outbound,
	})
	s.Replies = reply.New(reply.Deps{
		DB: p.DB, Clock: p.Clock, Audit: s.Audit, Feed: s.Feed, Accounts: s.Accounts, Channels: s.Channels,
		Contacts: s.Contacts, Tasks: s.Tasks, Attachments: s.Attachments,
	})
}

// addIntake makes what turns everything that comes in into work.
func (s *Services) addIntake(p Parts, every storage.Everywhere) {
	s.Leads = lead.New(lead.Deps{
		DB: p.DB, Clock: p.Clock, Log: p.Log, Due: s.Due, Feed: s.Feed, Audit: s.Audit, Accounts: s.Accounts, Staff: s.Staff,
		Templates: s.Templates, Channels: s.Channels, Intake: intake{s},
	})
	s.Inbound = inbound.New(inbound.Deps{
		DB: p.DB, Every: every, Clock: p.Clock, Log: p.Log, Bell: p.Bell, Feed: s.Feed, Audit: s.Audit,
		Accounts: s.Accounts, Staff: s.Staff, Access: s.Access, Templates: s.Templates, Channels: s.Channels,
		Contacts: s.Contacts, Posts: s.Posts, Conversations: s.Conversations, Tasks: s.Tasks, Outbound: s.Outbound, Leads: s.Leads, Due: s.Due,
		Words: p.Words, Observe: p.ObserveEvent,
	})
	s.Retention = retention.New(retention.Deps{
		Clock: p.Clock, Due: s.Due, Accounts: s.Accounts, Inbound: s.Inbound, Attachments: s.Attachments, Outbound: s.Outbound,
	})
	s.Reports = report.New(report.Deps{DB: p.DB, Clock: p.Clock})
	s.Handover = handover.New(handover.Deps{
		Staff: s.Staff, Templates: s.Templates, Channels: s.Channels, Leads: s.Leads, Tasks: s.Tasks,
	})
}

// Found makes an account with its owner and everything an account begins with, in one transaction.
func (s *Services) Found(ctx context.Context, n account.New, owner staff.New) (account.Account, error) {
	founder, err := s.Staff.Founder(ctx, owner)
	if err != nil {
		return account.Account{}, err
	}
	return s.Accounts.Create(ctx, n, founder, s.Templates.InstallPresets)
}

// FoundFirst makes the installation's first account in the browser: once, by whoever has a token, or is trusted.
func (s *Services) FoundFirst(
	ctx context.Context, n account.New, owner staff.New, token string, trusted bool,
) (account.Account, error) {
	open, err := s.Setup.Open(ctx)
	if err == nil && !open {
		err = errs.New(errs.Conflict, "setup.closed")
	}
	if err != nil {
		return account.Account{}, err
	}
	founder, err := s.Staff.Founder(ctx, owner)
	if err != nil {
		return account.Account{}, err
	}
	return s.Accounts.Create(ctx, n, s.Setup.Closing(token, trusted), founder, s.Templates.InstallPresets)
}

// SwitchAccount changes an account's settings, and with them what its channels do.
func (s *Services) SwitchAccount(ctx context.Context, by account.Actor, c account.Change) (a account.Account, err error) {
	if err := s.checkKinds(c.PausedKinds); err != nil {
		return a, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		if a, err = s.Accounts.Update(ctx, by, c); err != nil {
			return err
		}
		return s.Channels.ApplySwitches(ctx, by)
	})
	return a, err
}

// checkKinds refuses kinds of channel that there are not: a slip of the pen must not leave a kind on that was to be off.
func (s *Services) checkKinds(kinds *[]string) error {
	var problems []errs.Problem
	if kinds != nil {
		for i, kind := range *kinds {
			if _, err := s.Channels.Registry.Of(kind); err != nil {
				problems = append(problems, errs.At(fmt.Sprintf("body.paused_kinds[%d]", i), "channel.unknown_kind", "kind", kind))
			}
		}
	}
	return errs.Input(problems...)
}

// CheckCoverage looks at every channel of every account for messages that would find nobody, and notes it in the channel's
// health. It is done nightly: people are disabled and go away without anybody touching a template.
func (s *Services) CheckCoverage(ctx context.Context) error {
	accounts, err := s.Accounts.IDs(ctx)
	var all error
	for _, a := range accounts {
		all = errors.Join(all, s.CoverAccount(ctx, a))
	}
	return errors.Join(err, all)
}

// ExamineChannels has every channel of every account that is not off examined, and compared with the platform's
// conversations. It is done daily.
func (s *Services) ExamineChannels(ctx context.Context) error {
	return s.eachChannel(ctx, func(c channel.Channel) error {
		_, err := s.Channels.Verify(ctx, account.SystemActor(c.AccountID), c.ID)
		return errors.Join(err, s.Inbound.Compare(ctx, c))
	})
}

// ResolveStale resolves what has waited longer in its queue than its channel's settings allow.
func (s *Services) ResolveStale(ctx context.Context) error {
	return s.eachChannel(ctx, func(c channel.Channel) error { return s.Tasks.ResolveStale(ctx, c) })
}

// quiet is how long a channel may hear nothing before it is asked whether the platform sends its events at all. An hour of
// failures is what makes the platform stop.
const quiet = time.Hour

// ListenToQuiet asks for each channel that has heard nothing for some time whether it is still told anything.
func (s *Services) ListenToQuiet(ctx context.Context) error {
	return s.eachChannel(ctx, func(c channel.Channel) error {
		last, err := s.Inbound.LastEvent(ctx, c.AccountID, c.ID)
		if err != nil || c.State != channel.On || last != nil && last.After(s.clock.Now().Add(-quiet)) {
			return err
		}
		return s.Channels.Listen(ctx, c)
	})
}

// Months makes places for the months to come, and drops those of which nothing is kept any more, of all that lies in parts by
// month.
func (s *Services) Months(ctx context.Context) error {
	return errors.Join(s.Outbound.Months(ctx), s.Inbound.Months(ctx))
}

// eachChannel does something with every channel that is not off. What fails for one keeps it from no other.
func (s *Services) eachChannel(ctx context.Context, do func(channel.Channel) error) error {
	accounts, failed := s.Accounts.IDs(ctx)
	for _, a := range accounts {
		list, err := s.Channels.All(ctx, a)
		failed = errors.Join(failed, err)
		for _, c := range list {
			if ctx.Err() != nil {
				return errors.Join(failed, ctx.Err())
			}
			if c.State != channel.Off {
				failed = errors.Join(failed, do(c))
			}
		}
	}
	return failed
}

// whereIsFile asks the platform for the address of a file that is not kept here.
func (s *Services) whereIsFile(ctx context.Context, row attachment.Attachment) (string, error) {
	comment, err := s.Tasks.Comment(ctx, row.AccountID, ids.Of(row.CommentID))
	if err != nil {
		return "", err
	}
	if comment.ChannelID == nil || comment.ExternalID == nil {
		return "", errs.Missing("attachment")
	}
	c, err := s.Channels.Get(ctx, row.AccountID, *comment.ChannelID)
	if err != nil {
		return "", err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return "", err
	}
	finder, can := adapter.(channel.FileFinder)
	access, err := s.Channels.Access(c)
	if err != nil {
		return "", err
	}
	if !can {
		return "", errs.Missing("attachment")
	}
	files, err := finder.FindFiles(ctx, access, comment.Transport, *comment.ExternalID)
	if err != nil {
		return "", err
	}
	return row.Renewed(files)
}

// intake is where leads come from and go to; it is made after them.
type intake struct{ *Services }

// Keep stores items that were found by asking.
func (i intake) Keep(ctx context.Context, c channel.Channel, items []channel.Item) ([]ids.ID, error) {
	return i.Inbound.Keep(ctx, c, items)
}

// Reckon enters items into a channel's ledger.
func (i intake) Reckon(ctx context.Context, c channel.Channel, items []channel.Item) error {
	return i.Inbound.Reckon(ctx, c, items)
}

// Release has waiting events processed.
func (i intake) Release(ctx context.Context, a account.ID, events ...ids.ID) error {
	return i.Inbound.Release(ctx, a, events...)
}

// Refill fills in again what was made of an event.
func (i intake) Refill(ctx context.Context, a account.ID, event ids.ID) (bool, error) {
	return i.Inbound.Refill(ctx, a, event)
}

// CoverAccount is CheckCoverage for one account, after something has changed in it.
func (s *Services) CoverAccount(ctx context.Context, a account.ID) error {
	channels, err := s.Channels.All(ctx, a)
	if err != nil {
		return err
	}
	found, err := s.Inbound.Coverage(ctx, a, channels, nil)
	if err != nil {
		return err
	}
	for _, c := range channels {
		if _, err := s.Channels.NoteCoverage(ctx, c, found[channel.Key{AccountID: a, ID: c.ID}]); err != nil {
			return err
		}
	}
	return nil
}

// NoteCoverage looks whether a channel's messages would find somebody, and notes it in the channel's health.
func (s *Services) NoteCoverage(ctx context.Context, c channel.Channel) (channel.Channel, error) {
	found, err := s.Inbound.Coverage(ctx, c.AccountID, []channel.Channel{c}, nil)
	if err != nil {
		return c, err
	}
	return s.Channels.NoteCoverage(ctx, c, found[channel.Key{AccountID: c.AccountID, ID: c.ID}])
}

// references knows the templates and people that a channel's settings name.
type references struct{ *Services }

// CheckSettings says which of the things that settings name do not exist in the account.
func (r references) CheckSettings(ctx context.Context, a account.ID, set channel.Settings) []errs.Problem {
	var out []errs.Problem
	if set.ObjectTemplateID != nil {
		if o, err := r.Templates.Object(ctx, a, *set.ObjectTemplateID); err != nil || o.DeletedAt != nil {
			out = append(out, errs.At("body.settings.object_template_id", "template.not_found"))
		}
	}
	if set.CommentTemplateID != nil {
		if o, err := r.Templates.Object(ctx, a, *set.CommentTemplateID); err != nil || o.DeletedAt != nil {
			out = append(out, errs.At("body.settings.comment_template_id", "template.not_found"))
		}
	}
	if set.ContactTemplateID != nil {
		if c, err := r.Templates.Contact(ctx, a, *set.ContactTemplateID); err != nil || c.DeletedAt != nil {
			out = append(out, errs.At("body.settings.contact_template_id", "template.not_found"))
		}
	}
	if len(set.AssigneeIDs) == 0 {
		return out
	}
	roster, err := r.Staff.Roster(ctx, a)
	known := map[ids.ID]bool{}
	for _, p := range roster.People {
		known[p.ID] = p.Enabled
	}
	for _, g := range roster.Teams {
		known[g.ID] = true
	}
	for _, id := range set.AssigneeIDs {
		if err != nil || !known[id] {
			out = append(out, errs.At("body.settings.assignee_ids", "template.assignee_not_found"))
			break
		}
	}
	return out
}
