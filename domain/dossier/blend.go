package dossier

import (
	"reflect"
	"slices"
	"strings"

	"kontor/domain/contact"
)

// FieldPrefix begins the name of a custom field among the things that Blend may take.
const FieldPrefix = "field:"

// Blend makes of two contacts what remains: of each thing the survivor's, or the other's where take names it or the survivor
// has none. Addresses and tags are those of both. take knows name, kind, group, company, avatar and field:<key>.
func Blend(survivor, other contact.Contact, take []string) contact.Contact {
	out := survivor
	theirs := func(what string, empty bool) bool { return empty || slices.Contains(take, what) }
	if theirs("name", out.Name == "") {
		out.Name = other.Name
	}
	if theirs("kind", false) {
		out.Kind = other.Kind
	}
	if theirs("group", out.GroupName == "") {
		out.GroupName = other.GroupName
	}
	if theirs("company", out.CompanyID == nil) {
		out.CompanyID = other.CompanyID
	}
	if theirs("avatar", out.AvatarID == nil) {
		out.AvatarID = other.AvatarID
	}
	if out.CompanyID != nil && (*out.CompanyID == other.ID || *out.CompanyID == survivor.ID) {
		out.CompanyID = nil // nobody works for themselves
	}
	if out.LastContactAt.Before(other.LastContactAt) {
		out.LastContactAt = other.LastContactAt
	}
	out.Fields = map[string]any{}
	for k, v := range survivor.Fields {
		out.Fields[k] = v
	}
	for k, v := range other.Fields {
		if _, has := out.Fields[k]; theirs(FieldPrefix+k, !has) {
			out.Fields[k] = v
		}
	}
	out.Emails = both(survivor.Emails, other.Emails)
	out.Phones = both(survivor.Phones, other.Phones)
	out.Tags = both(survivor.Tags, other.Tags)
	out.SearchName = contact.SearchName(out.Name)
	return out
}

func both(a, b []string) []string {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// Restore gives a contact back what it had before a merger; what people changed since then stays.
func Restore(before, after, now contact.Contact) contact.Contact {
	out := now
	out.Name = keep(before.Name, after.Name, now.Name)
	out.Kind = keep(before.Kind, after.Kind, now.Kind)
	out.GroupName = keep(before.GroupName, after.GroupName, now.GroupName)
	out.CompanyID = keep(before.CompanyID, after.CompanyID, now.CompanyID)
	out.AvatarID = keep(before.AvatarID, after.AvatarID, now.AvatarID)
	if after.LastContactAt.Equal(now.LastContactAt) {
		out.LastContactAt = before.LastContactAt
	}
	out.Emails = part(before.Emails, after.Emails, now.Emails)
	out.Phones = part(before.Phones, after.Phones, now.Phones)
	out.Tags = part(before.Tags, after.Tags, now.Tags)
	out.Fields = map[string]any{}
	for k, v := range now.Fields {
		was, had := before.Fields[k]
		switch {
		case !reflect.DeepEqual(v, after.Fields[k]):
			out.Fields[k] = v
		case had:
			out.Fields[k] = was
		}
	}
	out.SearchName = contact.SearchName(out.Name)
	return out
}

func keep[T any](before, after, now T) T {
	if reflect.DeepEqual(after, now) {
		return before
	}
	return now
}

// part takes out of a list what a merger brought. What was taken away since stays away, what was added stays.
func part(before, after, now []string) []string {
	if slices.Equal(after, now) {
		return before
	}
	out := []string{}
	for _, v := range now {
		if slices.Contains(before, v) || !slices.Contains(after, v) {
			out = append(out, v)
		}
	}
	return out
}

// known tells whether a thing can be taken in a merger.
func known(what string) bool {
	switch what {
	case "name", "kind", "group", "company", "avatar":
		return true
	}
	return strings.HasPrefix(what, FieldPrefix)
}
