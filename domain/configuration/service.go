// Package configuration writes down everything that an administrator can set in an account, as one text, and brings another
// account, or the same one later, to what such a text says. Nothing is set here: all of it goes through the services that
// screens use, so that the same is checked, kept in versions and noted in the audit log.
//
// A plan is found out by doing it in a transaction that is taken back. What it says is the difference of the account before
// and after. Start at Service; the format is document.go, and docs/configuration.md for readers.
package configuration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v3"

	"kontor/domain/access"
	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/lead"
	"kontor/domain/reply"
	"kontor/domain/staff"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/domain/template"
)

// Service writes down accounts and applies what is written.
type Service struct {
	Deps
	files fs.FS // beside the documents, by their SHA-256
}

// Deps is what the service works with.
type Deps struct {
	DB          *storage.DB
	Audit       *audit.Log
	Accounts    *account.Service
	Staff       *staff.Service
	Templates   *template.Service
	Contacts    *contact.Service
	Tasks       *task.Service
	Replies     *reply.Service
	Channels    *channel.Service
	Access      *access.Service
	Leads       *lead.Service
	Attachments *attachment.Service
	// SwitchAccount changes the account's settings, and with them what its channels do.
	SwitchAccount func(ctx context.Context, by account.Actor, c account.Change) (account.Account, error)
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Plan is what applying a document does, or has done.
type Plan struct {
	Hash    string   // of all of it: whoever applies says by it what they have seen
	Changes []Change // in the order of the document
	Skipped []Notice
}

// Change is what becomes of one thing.
type Change struct {
	Section string       `json:"section"`
	Name    string       `json:"name"`
	Action  Action       `json:"action"`
	Details []Difference `json:"details"`
}

// Action is what happens to a thing.
type Action string

// The actions.
const (
	Created Action = "created"
	Changed Action = "changed"
	Deleted Action = "deleted"
)

// Difference is one part of a thing that is another one afterwards; nil where there is none.
type Difference struct {
	Path string  `json:"path"`
	Old  *string `json:"old"`
	New  *string `json:"new"`
}

// Notice is something in the document that could not have an effect in this account, and need not.
type Notice struct {
	Section string         `json:"section"`
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Params  map[string]any `json:"params"`
	Line    int            `json:"line"`
}

// Export writes down the configuration of an account. Owners and admins may.
func (s *Service) Export(ctx context.Context, by account.Actor) (Document, error) {
	if err := by.Require(account.Admin); err != nil {
		return Document{}, err
	}
	d, _, err := s.snapshot(ctx, by)
	return d, err
}

// errTry takes back what was only tried.
var errTry = errors.New("only tried")

// Plan says what applying a document would do, and changes nothing. Owners and admins may. What is wrong with the document
// is an Invalid error with a line for each problem.
func (s *Service) Plan(ctx context.Context, by account.Actor, text []byte) (Plan, error) {
	if err := by.Require(account.Admin); err != nil {
		return Plan{}, err
	}
	d, root, err := read(text)
	if err != nil {
		return Plan{}, err
	}
	r, err := s.run(ctx, by, d, root, nil, func(context.Context, Plan) error { return errTry })
	return r, err
}

// Apply brings the account to what a document says: all of it or nothing. hash is that of the plan which was looked at; a
// plan that is another one by now is a Conflict. Owners and admins may.
func (s *Service) Apply(ctx context.Context, by account.Actor, text []byte, hash string) (Plan, error) {
	plan, err := s.Plan(ctx, by, text)
	if err != nil {
		return Plan{}, err
	}
	if plan.Hash != hash {
		return Plan{}, errs.New(errs.Conflict, "configuration.changed_meanwhile")
	}
	if len(plan.Changes) == 0 {
		return plan, nil
	}
	d, root, err := read(text)
	if err != nil {
		return Plan{}, err
	}
	if err := s.subscribe(ctx, by, d); err != nil {
		return Plan{}, err
	}
	brought, err := s.bring(ctx, by, d)
	if err != nil {
		return Plan{}, err
	}
	return s.run(ctx, by, d, root, brought, func(ctx context.Context, now Plan) error {
		if now.Hash != hash {
			return errs.New(errs.Conflict, "configuration.changed_meanwhile")
		}
		return s.Audit.Record(ctx, by.Entry("configuration.applied", "account", by.AccountID, now.details()))
	})
}

// details are what the audit log keeps of a plan: what was done to each thing stands there by itself.
func (p Plan) details() map[string]any {
	count := map[Action]int{}
	for _, c := range p.Changes {
		count[c.Action]++
	}
	return map[string]any{
		"hash": p.Hash, "created": count[Created], "changed": count[Changed], "deleted": count[Deleted], "skipped": len(p.Skipped),
	}
}

// run applies a document in a transaction and says what that did; end decides whether it stays.
func (s *Service) run(
	ctx context.Context, by account.Actor, d Document, root *yaml.Node, brought map[string]ids.ID,
	end func(context.Context, Plan) error,
) (plan Plan, err error) {
	err = s.DB.RetryUndisturbed(ctx, func(ctx context.Context) (err error) {
		if err := s.Accounts.Lead(ctx, by.AccountID); err != nil {
			return err
		}
		before, known, err := s.snapshot(ctx, by)
		if err != nil {
			return err
		}
		// Versions that are taken back must not be remembered: the next one may have the same number.
		defer func() {
			if err != nil {
				s.Templates.Forget(known.templates()...)
			}
		}()
		a := &applying{
			Service: s, by: by, before: before, known: known, root: root, held: before.held(), brought: brought,
		}
		if err := a.all(ctx, d); err != nil {
			return err
		}
		after, _, err := s.snapshot(ctx, by)
		if err != nil {
			return err
		}
		plan = Plan{Changes: differences(before, after), Skipped: a.skipped}
		plan.Hash = plan.hash(by.AccountID)
		return end(ctx, plan)
	})
	if errors.Is(err, errTry) {
		err = nil
	}
	return plan, err
}

func (p Plan) hash(a account.ID) string {
	all, err := json.Marshal([]any{a, p.Changes, p.Skipped})
	if err != nil { // texts and numbers can always be written
		return ""
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:])
}

// subscribe has platforms send what channels are to take that did not before. No transaction waits for that; when one of
// them refuses, nothing is applied, and what others send too much is ignored.
func (s *Service) subscribe(ctx context.Context, by account.Actor, d Document) error {
	all, err := s.Channels.All(ctx, by.AccountID)
	for _, wanted := range d.Channels {
		comments, set := wanted.Settings["comments"].(bool)
		i := slices.IndexFunc(all, func(c channel.Channel) bool { return c.Kind == wanted.Kind && c.ExternalID == wanted.ExternalID })
		if err == nil && set && comments && i >= 0 && !all[i].Settings.Comments {
			err = s.Channels.Subscribe(ctx, all[i], comments)
		}
	}
	return err
}

// parsed returns the id that a text is; Nil when it is none.
func parsed(text string) ids.ID {
	id, _ := ids.Parse(text)
	return id
}
