package templates

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// FillOptions are what filling needs besides the scope.
type FillOptions struct {
	Country string // the account's country, for phone numbers without a country calling code
	Hours   Hours  // when the account works: only then the time until a task is due runs
	// Title, when set, is used in place of the template's: for a lead whose answers cannot be read yet, see
	// Preset.PendingTitle.
	Title *Pattern
}

// Task is what an object template makes of an event, ready to be stored. Who gets it is decided by Resolve, its status
// is StatusSet.Initial.
type Task struct {
	Title        string         `json:"title"`
	Description  string         `json:"description,omitempty"`
	Participants []string       `json:"participants,omitempty"`
	Tags         []string       `json:"tags,omitempty"`
	Topic        string         `json:"topic,omitempty"`
	Priority     Priority       `json:"priority"`
	DueAt        time.Time      `json:"due_at,omitzero"` // UTC; zero: none
	Fields       map[string]any `json:"fields,omitempty"`
}

// ObjectFiller is an object template made ready for filling many tasks. It is safe for concurrent use.
type ObjectFiller struct {
	object      Object
	title       source
	description source
	fields      []fieldSource
}

type fieldSource struct {
	field Field
	text  source
	fixed any // when the template has a value that is no text
}

// Compile makes the template ready. It does so for any template, also one that Validate refuses or that an earlier
// version of Kontor took: what is broken is left empty when filling, and the steps say so.
func (o Object) Compile() *ObjectFiller {
	f := &ObjectFiller{
		object:      o,
		title:       patternSource(o.Defaults.Title),
		description: patternSource(o.Defaults.Description),
	}
	for _, field := range o.Form.Fields {
		v, given := o.Defaults.Fields[field.Key]
		if text, isText := v.(string); isText {
			f.fields = append(f.fields, fieldSource{field: field, text: patternSource(text)})
		} else if given {
			f.fields = append(f.fields, fieldSource{field: field, fixed: v})
		}
	}
	return f
}

// Fill makes a task of an event. It always makes one: what a pattern cannot fill has a fallback, and the steps tell of
// everything out of the ordinary.
func (f *ObjectFiller) Fill(scope Scope, o FillOptions) (Task, []Step) {
	fill := &filling{values: scope.Bindings(), clean: CleanOptions{Country: o.Country, FromText: true}}
	d := f.object.Defaults
	task := Task{
		Participants: slices.Clone(d.Participants),
		Tags:         slices.Clone(d.Tags),
		Topic:        d.Topic,
		Priority:     d.Priority,
	}
	if task.Priority == "" {
		task.Priority = PriorityNormal
	}
	if d.DueIn > 0 && !scope.Now.IsZero() {
		task.DueAt = o.Hours.After(scope.Now, time.Duration(d.DueIn)*time.Minute).UTC()
	}
	task.Title = f.fillTitle(fill, o.Title)
	task.Description = f.fillDescription(fill)
	task.Fields = f.fillFields(fill)
	done := NewStep("fill.task.filled", "template", f.object.Name, "fields", keys(task.Fields))
	return task, append([]Step{done}, fill.steps...)
}

// Variables returns the paths the template reads, each once: an answer of a lead that is not among them is unmapped.
func (f *ObjectFiller) Variables() []string {
	sources := []source{f.title, f.description}
	for _, field := range f.fields {
		sources = append(sources, field.text)
	}
	return variablesOf(sources)
}

func (f *ObjectFiller) fillTitle(fill *filling, instead *Pattern) string {
	from := f.title
	if instead != nil {
		from = source{pattern: instead}
	}
	title := oneLine(fill.text(from, "fill.title.failed"))
	if title == "" {
		used := ""
		used, title = fill.firstOf("message.excerpt", "contact.name")
		if title == "" {
			used, title = "template.name", oneLine(f.object.Name)
		}
		fill.note("fill.title.fell_back", "used", used)
	}
	return fill.cut(title, MaxTitle, "fill.title.cut")
}

func (f *ObjectFiller) fillDescription(fill *filling) string {
	text := lines(fill.text(f.description, "fill.description.failed"))
	return fill.cut(text, MaxDescription, "fill.description.cut")
}

func (f *ObjectFiller) fillFields(fill *filling) map[string]any {
	values := make(map[string]any, len(f.fields))
	for _, from := range f.fields {
		v, options := from.fixed, CleanOptions{Country: fill.clean.Country}
		if v == nil {
			v, options = fill.text(from.text, "fill.field.failed", "field", from.field.Key), fill.clean
		}
		clean, problem := from.field.clean(v, options)
		switch {
		case problem != nil:
			fill.note("fill.field.left_empty", "field", from.field.Key, "value", excerpt(plainText(v)), "problem", problem.Code)
		case clean != nil:
			values[from.field.Key] = clean
		}
	}
	return values
}

// source is one text of a template that yields a value: a pattern, or the path of a variable.
type source struct {
	pattern *Pattern
	path    []string
	broken  string // code of the first problem
}

func patternSource(text string) source {
	pattern, problems := CompilePattern(text)
	if len(problems) > 0 {
		return source{broken: problems[0].Code}
	}
	return source{pattern: pattern}
}

func pathSource(path string, names variableNames) source {
	parts, known := names.split(strings.TrimSpace(path))
	if !known {
		return source{broken: "template.unknown_variable"}
	}
	return source{path: parts}
}

func variablesOf(sources []source) []string {
	var paths []string
	for _, s := range sources {
		if s.pattern != nil {
			paths = append(paths, s.pattern.variables...)
		} else if s.path != nil {
			paths = append(paths, strings.Join(s.path, "."))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// filling is one event while it fills a template.
type filling struct {
	values Bindings
	clean  CleanOptions
	steps  []Step
}

func (f *filling) note(code string, input ...any) { f.steps = append(f.steps, NewStep(code, input...)) }

// text yields the text of a source; a failure is noted under the code and yields nothing.
func (f *filling) text(from source, failed string, input ...any) string {
	problem := from.broken
	if from.path != nil {
		return f.values.text(from.path)
	}
	if from.pattern != nil {
		text, err := from.pattern.Render(f.values)
		if err == nil {
			return text
		}
		problem = "template.pattern_result_too_long"
		if !tooLong(err) {
			problem = "template.pattern_failed"
		}
	}
	f.note(failed, append(input, "problem", problem)...)
	return ""
}

// firstOf returns the first of these variables that has a value, as one line.
func (f *filling) firstOf(paths ...string) (used, text string) {
	for _, path := range paths {
		if text = oneLine(f.values.text(strings.Split(path, "."))); text != "" {
			return path, text
		}
	}
	return "", ""
}

func (f *filling) cut(text string, limit int, code string) string {
	if short := cut(text, limit); short != text {
		f.note(code, "length", utf8.RuneCountInString(text), "max", limit)
		return short
	}
	return text
}

// keys lists the keys of values, sorted.
func keys(values map[string]any) []string {
	return slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(values))))
}
