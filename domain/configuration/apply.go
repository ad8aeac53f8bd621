package configuration

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// applying is one document on its way into an account.
type applying struct {
	*Service
	by      account.Actor
	before  Document // the account as it was
	known   names
	held    map[string]ids.ID // the files that the account has
	brought map[string]ids.ID // those that were stored for this document; nil while it is only planned
	root    *yaml.Node
	skipped []Notice
	wrong   []errs.Problem
	kept    map[string]map[string]bool // by sort and id: what the document has
	said    map[string]map[string]bool // by sort and name: what the document means to make
	silent  int                        // what is wrong only because something else is
}

// all applies the sections in an order in which each finds what it names. What is wrong with one thing does not keep the
// others from being looked at, so that everything can be mended at once.
func (a *applying) all(ctx context.Context, d Document) error {
	a.skipped, a.kept, a.said = []Notice{}, map[string]map[string]bool{}, d.names()
	steps := []func(context.Context, Document) error{
		a.account, a.teams, a.groups, a.statusSets, a.contactTemplates, a.objectTemplates, a.labels, a.categories, a.replies,
		a.channels, a.views,
	}
	if d.Prune {
		steps = append(steps, a.prune)
	}
	for _, step := range steps {
		if err := step(ctx, d); err != nil {
			return a.stop(err)
		}
	}
	return a.stop(nil)
}

// stop returns all that is wrong, with lines.
func (a *applying) stop(err error) error {
	if err != nil && !errors.Is(err, errStop) {
		return err
	}
	return errs.Input(lined(a.root, a.wrong)...)
}

// errStop ends the work early: what was refused has left the transaction unusable, or what follows without sense.
var errStop = errors.New("refused")

// problem notes what is wrong with a place in the document.
func (a *applying) problem(path, code string, params ...any) {
	if len(a.wrong) < maxProblems {
		a.wrong = append(a.wrong, errs.At(join(place, path), code, params...))
	}
}

// skip notes that something has no effect here.
func (a *applying) skip(path string, n Notice) {
	n.Line = at(a.root, path).line
	a.skipped = append(a.skipped, n)
}

// refused turns what a service says about a thing into problems of its place in the document. Other errors stop the work.
func (a *applying) refused(path string, err error, places ...string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if err == nil || !ok || e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return err
	}
	move := strings.NewReplacer(places...)
	for _, p := range e.Problems {
		p.Location = join(place, join(path, move.Replace(strings.TrimPrefix(p.Location, "body."))))
		a.wrong = append(a.wrong, p)
	}
	if len(e.Problems) == 0 {
		a.wrong = append(a.wrong, errs.Problem{Location: join(place, path), Code: e.Code, Params: e.Params})
	}
	if e.Kind != errs.Invalid {
		return errStop
	}
	return nil
}

func (a *applying) account(ctx context.Context, d Document) error {
	if d.Account == nil {
		return nil
	}
	x := d.Account
	_, err := a.SwitchAccount(ctx, a.by, account.Change{
		Name: x.Name, Language: x.Language, TimeZone: x.TimeZone, Country: x.Country, Enabled: x.Enabled,
		PausedKinds: x.PausedKinds, RequireSecondFactor: x.RequireSecondFactor, WorkingHours: x.WorkingHours,
		KeepBodies: x.KeepBodiesDays, KeepEvents: x.KeepEventsDays, KeepFiles: x.KeepFilesDays, KeepAttempts: x.KeepAttemptsDays,
		Media: x.Media, BrandName: x.BrandName, BrandColor: x.BrandColor,
	})
	return a.refused("account", err)
}

// keep notes that the document has a thing of the account, and what it calls it.
func (a *applying) keep(sort, id, name string) {
	if a.kept[sort] == nil {
		a.kept[sort] = map[string]bool{}
	}
	a.kept[sort][id] = true
	a.known.add(sort, id, name)
}

// ref finds what a name means; a name that means nothing is a problem of its place.
func (a *applying) ref(sort, name, path string) (id ids.ID, ok bool) {
	text, ok := a.known.idOf(sort, name)
	switch {
	case ok:
	case a.said[sort][name]: // why it is not there has been said
		a.silent++
	case len(a.wrong) < maxProblems:
		p := missing(sort)
		p.Location, p.Params = join(place, path), map[string]any{"name": shorten(name)}
		a.wrong = append(a.wrong, p)
	}
	return parsed(text), ok
}

// names are what the document's own things are called.
func (d Document) names() map[string]map[string]bool {
	all := map[string]map[string]bool{teams: {}, sets: {}, objects: {}, cards: {}, categories: {}}
	for _, x := range d.Teams {
		all[teams][x.Name] = true
	}
	for _, x := range d.StatusSets {
		all[sets][x.called()] = true
	}
	for _, x := range d.ObjectTemplates {
		all[objects][x.called()] = true
	}
	for _, x := range d.ContactTemplates {
		all[cards][x.called()] = true
	}
	for _, x := range d.SavedReplyCategories {
		all[categories][x.Name] = true
	}
	return all
}

// faults is how much is wrong so far.
func (a *applying) faults() int { return len(a.wrong) + a.silent }

// missing is the problem that there is none of a sort.
func missing(sort string) errs.Problem {
	switch sort {
	case people:
		return errs.Problem{Code: "configuration.no_staff"}
	case teams:
		return errs.Problem{Code: "configuration.no_team"}
	case sets:
		return errs.Problem{Code: "configuration.no_status_set"}
	case objects:
		return errs.Problem{Code: "configuration.no_object_template"}
	case cards:
		return errs.Problem{Code: "configuration.no_contact_template"}
	}
	return errs.Problem{Code: "configuration.no_category"}
}

// optional is ref for what need not be named.
func (a *applying) optional(sort, name, path string) (*ids.ID, bool) {
	if name == "" {
		return nil, true
	}
	id, ok := a.ref(sort, name, path)
	return &id, ok
}

// people finds people by their e-mail addresses.
func (a *applying) people(emails []string, path string) (list []ids.ID, ok bool) {
	list, ok = []ids.ID{}, true
	for i, email := range emails {
		id, known := a.ref(people, strings.ToLower(strings.TrimSpace(email)), fmt.Sprintf("%s[%d]", path, i))
		list, ok = append(list, id), ok && known
	}
	return list, ok
}

// parties finds people and teams.
func (a *applying) parties(list []Party, path string) []ids.ID {
	out := []ids.ID{}
	for i, p := range list {
		here := fmt.Sprintf("%s[%d]", path, i)
		if (p.Staff == "") == (p.Team == "") {
			a.problem(here, "configuration.party")
			continue
		}
		sort, name := teams, p.Team
		if p.Staff != "" {
			sort, name = people, strings.ToLower(strings.TrimSpace(p.Staff))
		}
		id, _ := a.ref(sort, name, here)
		out = append(out, id)
	}
	return out
}

// unique refuses a name that stands twice where it may only once.
func (a *applying) unique(section string, names []string, key string) {
	seen := map[string]bool{}
	for i, name := range names {
		if seen[name] {
			a.problem(fmt.Sprintf("%s[%d].%s", section, i, key), "configuration.name_twice", "name", shorten(name))
		}
		seen[name] = true
	}
}
