package configuration

import (
	"fmt"
	"strings"

	"kontor/domain/ids"
)

// names are what the things of an account are called in a document, and what is called so.
type names struct {
	called map[string]map[string]string // by sort and id
	are    map[string]map[string]string // by sort and name
}

// The sorts of things that others refer to.
const (
	people     = "staff"
	teams      = "teams"
	sets       = "status_sets"
	objects    = "object_templates"
	cards      = "contact_templates"
	categories = "saved_reply_categories"
	channels   = "channels"
)

func newNames() names {
	return names{called: map[string]map[string]string{}, are: map[string]map[string]string{}}
}

// add names a thing.
func (n names) add(sort, id, name string) {
	if n.called[sort] == nil {
		n.called[sort], n.are[sort] = map[string]string{}, map[string]string{}
	}
	n.called[sort][id], n.are[sort][name] = name, id
}

// nameOf returns what a thing is called; empty when there is no such thing.
func (n names) nameOf(sort, id string) string { return n.called[sort][id] }

// idOf returns what is called so.
func (n names) idOf(sort, name string) (string, bool) {
	id, ok := n.are[sort][name]
	return id, ok
}

// templates are the ids of all templates.
func (n names) templates() (list []ids.ID) {
	for _, sort := range []string{objects, cards} {
		for id := range n.called[sort] {
			list = append(list, parsed(id))
		}
	}
	return list
}

// party names an assignee; false when they are gone.
func (n names) party(id string) (Party, bool) {
	if email := n.nameOf(people, id); email != "" {
		return Party{Staff: email}, true
	}
	team := n.nameOf(teams, id)
	return Party{Team: team}, team != ""
}

func (n names) parties(list []string) (out []Party) {
	for _, id := range list {
		if p, ok := n.party(id); ok {
			out = append(out, p)
		}
	}
	return out
}

// distinct says what to call things whose names may stand twice, in their order.
func distinct(list []string) []string {
	taken := map[string]bool{}
	for _, name := range list {
		taken[name] = true
	}
	seen, out := map[string]bool{}, make([]string, len(list))
	for i, name := range list {
		out[i] = name
		for k := 2; seen[out[i]]; k++ {
			if next := fmt.Sprintf("%s (%d)", name, k); !taken[next] {
				out[i] = next
			}
		}
		seen[out[i]] = true
	}
	return out
}

const teamPrefix = "team:"

// filterSort is the sort of things that a part of a filter of tasks names; empty when it names none.
func filterSort(key string) string {
	switch key {
	case "channel", "channel_id":
		return channels
	case "template", "template_id":
		return objects
	case "team":
		return teams
	case "assignee":
		return people
	}
	return ""
}

// written puts names for the ids in a filter, and leaves what is none, or has gone. A part may name several things.
func (n names) written(filter map[string]string) map[string]string {
	return eachPart(filter, func(key, id string) (string, bool) {
		name := n.nameOf(filterSort(key), id)
		if team := n.nameOf(teams, id); key == "assignee" && team != "" {
			name = teamPrefix + team
		}
		return name, name != ""
	})
}

// understood puts ids for the names in a filter; missing is the part that names nothing.
func (n names) understood(filter map[string]string) (out map[string]string, missing string) {
	out = eachPart(filter, func(key, name string) (string, bool) {
		sort := filterSort(key)
		if team, ok := strings.CutPrefix(name, teamPrefix); ok && key == "assignee" {
			sort, name = teams, team
		}
		id, known := n.idOf(sort, name)
		return id, known
	})
	for key, value := range out {
		if filterSort(key) == "" || key == "assignee" && (value == "me" || value == "none") {
			continue
		}
		for part := range strings.SplitSeq(value, ",") {
			if parsed(part) == ids.Nil {
				missing = max(missing, key)
			}
		}
	}
	return out, missing
}

// eachPart puts something else for the values of a filter, or for each of several that a comma parts.
func eachPart(filter map[string]string, do func(key, value string) (string, bool)) map[string]string {
	out := make(map[string]string, len(filter))
	for key, value := range filter {
		out[key] = value
		if whole, ok := do(key, value); ok {
			out[key] = whole
			continue
		}
		parts := strings.Split(value, ",")
		for i, part := range parts {
			if other, ok := do(key, part); ok {
				parts[i] = other
			}
		}
		out[key] = strings.Join(parts, ",")
	}
	return out
}
