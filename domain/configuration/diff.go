package configuration

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// differences says what of an account is another one in a second snapshot of it.
func differences(before, after Document) []Change {
	all := []Change{}
	if details := compare("", toNode(reflect.ValueOf(before.Account)), toNode(reflect.ValueOf(after.Account))); len(details) > 0 {
		all = append(all, Change{Section: "account", Name: *before.Account.Name, Action: Changed, Details: details})
	}
	return slices.Concat(all,
		section("teams", before.Teams, after.Teams, func(x Team) (string, string) { return x.id, x.Name }),
		section("contact_groups", before.ContactGroups, after.ContactGroups, func(x ContactGroup) (string, string) { return x.id, x.Name }),
		section("status_sets", before.StatusSets, after.StatusSets, func(x StatusSet) (string, string) { return x.id, x.Name }),
		section("object_templates", before.ObjectTemplates, after.ObjectTemplates,
			func(x ObjectTemplate) (string, string) { return x.id, x.Name }),
		section("contact_templates", before.ContactTemplates, after.ContactTemplates,
			func(x ContactTemplate) (string, string) { return x.id, x.Name }),
		section("tags", before.Tags, after.Tags, func(x Label) (string, string) { return x.Name, x.Name }),
		section("topics", before.Topics, after.Topics, func(x Label) (string, string) { return x.Name, x.Name }),
		section("saved_reply_categories", before.SavedReplyCategories, after.SavedReplyCategories,
			func(x ReplyCategory) (string, string) { return x.id, x.Name }),
		section("saved_replies", before.SavedReplies, after.SavedReplies, func(x SavedReply) (string, string) { return x.id, x.Name }),
		section("channels", before.Channels, after.Channels, func(x Channel) (string, string) { return x.id, x.title() }),
		section("task_views", before.TaskViews, after.TaskViews, func(x TaskView) (string, string) { return x.id, x.Name }),
	)
}

// title is what people call a channel.
func (c Channel) title() string {
	if c.DisplayName != nil && *c.DisplayName != "" {
		return *c.DisplayName
	}
	return cmp.Or(c.Name, addressOf(c.Kind, c.ExternalID))
}

// section compares things by their identity. What has gone comes last.
func section[T any](name string, before, after []T, of func(T) (id, title string)) (list []Change) {
	was := map[string]T{}
	for _, x := range before {
		id, _ := of(x)
		was[id] = x
	}
	for _, x := range after {
		id, title := of(x)
		old, there := was[id]
		delete(was, id)
		c := Change{Section: name, Name: title, Action: Created}
		var from *yaml.Node
		if there {
			c.Action, from = Changed, toNode(reflect.ValueOf(old))
		}
		if c.Details = compare("", from, toNode(reflect.ValueOf(x))); len(c.Details) > 0 || !there {
			list = append(list, c)
		}
	}
	for _, x := range before {
		id, title := of(x)
		if _, gone := was[id]; gone {
			list = append(list, Change{Section: name, Name: title, Action: Deleted, Details: []Difference{}})
		}
	}
	return list
}

// compare lists the parts in which two trees differ; either may be nil.
func compare(path string, a, b *yaml.Node) []Difference {
	switch {
	case a != nil && b != nil && sameNode(a, b):
		return []Difference{}
	case isPairs(a) && isPairs(b):
		return comparePairs(path, a, b)
	case isKeyed(a) && isKeyed(b) && !reordered(a, b):
		return compareKeyed(path, a, b)
	}
	return []Difference{{Path: path, Old: shown(a), New: shown(b)}}
}

func isPairs(n *yaml.Node) bool { return n == nil || n.Kind == yaml.MappingNode }

func comparePairs(path string, a, b *yaml.Node) []Difference {
	list := []Difference{}
	for _, key := range union(keysOf(a), keysOf(b)) {
		x, y := valueOf(a, key), valueOf(b, key)
		if key == "as" || x == nil && y == nil { // what others call it is no part of it
			continue
		}
		list = append(list, compare(join(path, key), x, y)...)
	}
	return list
}

// compareKeyed compares lists of things that have a key.
func compareKeyed(path string, a, b *yaml.Node) []Difference {
	list := []Difference{}
	was, is := byKey(a), byKey(b)
	for _, key := range union(orderOf(a), orderOf(b)) {
		list = append(list, compare(join(path, key), was[key], is[key])...)
	}
	return list
}

// union is all of a list and what another has besides.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(a, x) {
			all = append(all, x)
		}
	}
	return all
}

func keysOf(n *yaml.Node) (list []string) {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		list = append(list, n.Content[i].Value)
	}
	return list
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// keyOf is what a thing in a list is known by there.
func keyOf(n *yaml.Node) string {
	for _, key := range []string{"key", "target", "external_id"} {
		if v := valueOf(n, key); n.Kind == yaml.MappingNode && v != nil {
			return v.Value
		}
	}
	return ""
}

func isKeyed(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.SequenceNode && !slices.Contains(orderOf(n), "")
}

func orderOf(n *yaml.Node) []string {
	list := make([]string, len(n.Content))
	for i, c := range n.Content {
		list[i] = keyOf(c)
	}
	return list
}

func byKey(n *yaml.Node) map[string]*yaml.Node {
	m := map[string]*yaml.Node{}
	for _, c := range n.Content {
		m[keyOf(c)] = c
	}
	return m
}

// reordered tells whether what both lists have stands in another order.
func reordered(a, b *yaml.Node) bool {
	was, is := orderOf(a), orderOf(b)
	both := func(list, other []string) (out []string) {
		for _, x := range list {
			if slices.Contains(other, x) {
				out = append(out, x)
			}
		}
		return out
	}
	return !slices.Equal(both(was, is), both(is, was))
}

// sameNode tells whether two trees say the same.
func sameNode(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || a.ShortTag() != b.ShortTag() || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !sameNode(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// shown is a tree as it is written in a document; nil for nothing.
func shown(n *yaml.Node) *string {
	if n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return nil
	}
	text := n.Value
	if n.Kind != yaml.ScalarNode {
		compact(n, maxDepth)
		written, err := yaml.Marshal(n)
		if err != nil {
			return nil
		}
		text = strings.TrimSpace(string(written))
	}
	return &text
}
