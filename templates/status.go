package templates

import (
	"encoding/json"
	"slices"
	"strings"
)

// Category is the queue a status belongs to.
type Category string

// The categories.
const (
	CategoryNew      Category = "new"      // it is our turn
	CategoryPending  Category = "pending"  // we have answered and wait
	CategoryResolved Category = "resolved" // done
)

const maxStatuses = 50

// Status is one state a task can be in.
type Status struct {
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Category Category `json:"category" enum:"new,pending,resolved"`
	// Active tasks go on when the contact writes again; for an inactive one the channel's rule decides between a new
	// task and this one. Left out in JSON, it is true except for resolved statuses.
	Active bool   `json:"active" required:"false" doc:"such tasks go on when the contact writes again; left out: true unless resolved"`
	Color  string `json:"color,omitempty" doc:"#rrggbb"`
}

// UnmarshalJSON reads a status; active defaults by category.
func (s *Status) UnmarshalJSON(data []byte) error {
	type plain Status
	read := struct {
		*plain
		Active *bool `json:"active"`
	}{plain: (*plain)(s)}
	*s = Status{}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	s.Active = s.Category != CategoryResolved
	if read.Active != nil {
		s.Active = *read.Active
	}
	return nil
}

// StatusSet is the states of the tasks of an object template, in the order in which they are shown.
type StatusSet struct {
	Name     string   `json:"name"`
	Statuses []Status `json:"statuses,omitempty"`
}

// Validate returns what is wrong with the definition. A sound set has a status in each category, and an active new one
// for tasks to begin in.
func (s StatusSet) Validate() []Problem {
	const at = place("statuses")
	var c checks
	c.text("name", s.Name, true, maxName)
	c.count(at, len(s.Statuses), maxStatuses)
	keys := make([]string, len(s.Statuses))
	for i, status := range s.Statuses {
		keys[i] = status.Key
		c.add(at.index(i).under(status.validate())...)
	}
	c.unique(at, "key", keys)
	for _, category := range []Category{CategoryNew, CategoryPending, CategoryResolved} {
		if _, found := s.First(category); !found {
			c.add(at.problem("template.status_category_missing", "category", string(category)))
		}
	}
	_, hasNew := s.First(CategoryNew)
	if _, found := s.Initial(); hasNew && !found {
		c.add(at.problem("template.status_initial_missing"))
	}
	return c.problems
}

func (s Status) validate() []Problem {
	var c checks
	c.key("key", s.Key)
	c.text("name", s.Name, true, maxName)
	option(&c, "category", s.Category, CategoryNew, CategoryPending, CategoryResolved)
	if s.Color != "" && !isColor(s.Color) {
		c.add(place("color").problem("template.color_invalid"))
	}
	return c.problems
}

// Initial returns the status in which tasks begin: the first active new one.
func (s StatusSet) Initial() (Status, bool) {
	return s.find(func(status Status) bool { return status.Category == CategoryNew && status.Active })
}

// First returns the first status of a category, where a task goes when it changes queue by itself.
func (s StatusSet) First(category Category) (Status, bool) {
	return s.find(func(status Status) bool { return status.Category == category })
}

// ByKey returns the status of a key.
func (s StatusSet) ByKey(key string) (Status, bool) {
	return s.find(func(status Status) bool { return status.Key == key })
}

func (s StatusSet) find(is func(Status) bool) (Status, bool) {
	i := slices.IndexFunc(s.Statuses, is)
	if i < 0 {
		return Status{}, false
	}
	return s.Statuses[i], true
}

func isColor(s string) bool {
	return len(s) == 7 && s[0] == '#' && strings.Trim(s[1:], "0123456789abcdefABCDEF") == ""
}
