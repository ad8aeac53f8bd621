package templates

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFormValidate(t *testing.T) {
	t.Parallel()
	two := []Choice{{Key: "a", Label: "A"}, {Key: "b", Label: "B"}}
	limits := func(l Limits) func(*Field) { return func(f *Field) { f.Limits = l } }
	for name, c := range map[string]struct {
		of     FieldType
		change func(*Field)
		want   []string
	}{
		"sound_text":         {TypeText, limits(Limits{MaxLength: 10}), nil},
		"sound_choice":       {TypeMultiChoice, func(f *Field) { f.Choices = two }, nil},
		"sound_money":        {TypeMoney, limits(Limits{Min: "-1", Max: "2.5"}), nil},
		"sound_date":         {TypeDate, limits(Limits{Min: "2026-01-01", Max: "2026-01-01"}), nil},
		"key_capital":        {TypeText, func(f *Field) { f.Key = "A" }, []string{"key: template.key_invalid"}},
		"key_digit_first":    {TypeText, func(f *Field) { f.Key = "1a" }, []string{"key: template.key_invalid"}},
		"key_empty":          {TypeText, func(f *Field) { f.Key = "" }, []string{"key: template.key_invalid"}},
		"key_long":           {TypeText, func(f *Field) { f.Key = strings.Repeat("a", 41) }, []string{"key: template.key_invalid"}},
		"key_umlaut":         {TypeText, func(f *Field) { f.Key = "aä" }, []string{"key: template.key_invalid"}},
		"label_blank":        {TypeText, func(f *Field) { f.Label = " " }, []string{"label: template.required"}},
		"label_long":         {TypeText, func(f *Field) { f.Label = strings.Repeat("ä", 256) }, []string{"label: template.too_long"}},
		"help_long":          {TypeText, func(f *Field) { f.Help = strings.Repeat("ä", 1001) }, []string{"help: template.too_long"}},
		"type_unknown":       {"colour", limits(Limits{}), []string{"type: template.unknown_option"}},
		"choices_missing":    {TypeChoice, limits(Limits{}), []string{"choices: template.choices_missing"}},
		"choices_of_a_text":  {TypeText, func(f *Field) { f.Choices = two }, []string{"choices: template.setting_unsupported"}},
		"currency_of_a_text": {TypeText, func(f *Field) { f.Currency = "EUR" }, []string{"currency: template.setting_unsupported"}},
		"currency_wrong":     {TypeMoney, func(f *Field) { f.Currency = "€" }, []string{"currency: template.currency_invalid"}},
		"choice_faults": {TypeChoice, func(f *Field) { f.Choices = []Choice{{Key: "x"}, {Key: "X", Label: "A"}, {Key: "x", Label: "B"}} },
			[]string{"choices[0].label: template.required", "choices[1].key: template.key_invalid", "choices[2].key: template.duplicate"}},
		"length_of_a_number": {TypeNumber, limits(Limits{MaxLength: 5}), []string{"limits.max_length: template.setting_unsupported"}},
		"length_too_large":   {TypeText, limits(Limits{MaxLength: 1001}), []string{"limits.max_length: template.out_of_range"}},
		"length_negative":    {TypeText, limits(Limits{MaxLength: -1}), []string{"limits.max_length: template.out_of_range"}},
		"bounds_of_a_text": {TypeText, limits(Limits{Min: "1", Max: "2"}),
			[]string{"limits.min: template.setting_unsupported", "limits.max: template.setting_unsupported"}},
		"bound_no_number": {TypeNumber, limits(Limits{Min: "x"}), []string{"limits.min: template.limit_invalid"}},
		"bound_no_date":   {TypeDate, limits(Limits{Max: "1.1.2026"}), []string{"limits.max: template.limit_invalid"}},
		"bounds_crossed":  {TypeNumber, limits(Limits{Min: "10", Max: "9"}), []string{"limits: template.limits_crossed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			field := Field{Key: "a", Label: "A", Type: c.of}
			c.change(&field)
			want := make([]string, len(c.want))
			for i, w := range c.want {
				want[i] = "fields[0]." + w
			}
			require.ElementsMatch(t, want, codesOf(t, Form{Fields: []Field{field}}.Validate()))
		})
	}
	t.Run("the_same_key_twice", func(t *testing.T) {
		t.Parallel()
		f := Field{Key: "a", Label: "A", Type: TypeText}
		require.Equal(t, []string{"fields[1].key: template.duplicate"}, codesOf(t, Form{Fields: []Field{f, f}}.Validate()))
	})
	t.Run("every_type_is_sound", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, allTypes().Validate())
	})
}

func threeStatuses() StatusSet {
	return StatusSet{Name: "Plain", Statuses: []Status{
		{Key: "asleep", Name: "Asleep", Category: CategoryNew},
		{Key: "new", Name: "New", Category: CategoryNew, Active: true, Color: "#1c7ed6"},
		{Key: "waiting", Name: "Waiting", Category: CategoryPending, Active: true},
		{Key: "done", Name: "Done", Category: CategoryResolved},
	}}
}

func TestStatusSet(t *testing.T) {
	t.Parallel()
	t.Run("sound_set", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, threeStatuses().Validate())
	})
	t.Run("helpers_find_statuses", func(t *testing.T) {
		t.Parallel()
		set := threeStatuses()
		initial, ok := set.Initial()
		require.True(t, ok)
		require.Equal(t, "new", initial.Key)
		first, ok := set.First(CategoryNew)
		require.True(t, ok)
		require.Equal(t, "asleep", first.Key)
		byKey, ok := set.ByKey("done")
		require.True(t, ok)
		require.Equal(t, CategoryResolved, byKey.Category)
		_, ok = set.ByKey("gone")
		require.False(t, ok)
	})
	for name, c := range map[string]struct {
		change func(*StatusSet)
		want   []string
	}{
		"name_missing":      {func(s *StatusSet) { s.Name = "" }, []string{"name: template.required"}},
		"no_active_new_one": {func(s *StatusSet) { s.Statuses[1].Active = false }, []string{"statuses: template.status_initial_missing"}},
		"category_missing":  {func(s *StatusSet) { s.Statuses = s.Statuses[:3] }, []string{"statuses: template.status_category_missing"}},
		"no_statuses": {func(s *StatusSet) { s.Statuses = nil },
			slices.Repeat([]string{"statuses: template.status_category_missing"}, 3)},
		"key_twice":           {func(s *StatusSet) { s.Statuses[0].Key = "new" }, []string{"statuses[1].key: template.duplicate"}},
		"key_wrong":           {func(s *StatusSet) { s.Statuses[0].Key = "In Work" }, []string{"statuses[0].key: template.key_invalid"}},
		"status_name_missing": {func(s *StatusSet) { s.Statuses[0].Name = "" }, []string{"statuses[0].name: template.required"}},
		"color_name":          {func(s *StatusSet) { s.Statuses[0].Color = "red" }, []string{"statuses[0].color: template.color_invalid"}},
		"category_unknown":    {func(s *StatusSet) { s.Statuses[0].Category = "open" }, []string{"statuses[0].category: template.unknown_option"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := threeStatuses()
			c.change(&set)
			require.Equal(t, c.want, codesOf(t, set.Validate()))
		})
	}
	t.Run("active_defaults_by_category", func(t *testing.T) {
		t.Parallel()
		var got []Status
		require.NoError(t, json.Unmarshal([]byte(`[{"key":"a","category":"new"},{"key":"b","category":"resolved"},
			{"key":"c","category":"resolved","active":true},{"key":"d","category":"new","active":false}]`), &got))
		require.Equal(t, []bool{true, false, true, false}, []bool{got[0].Active, got[1].Active, got[2].Active, got[3].Active})
		require.Equal(t, "c", got[2].Key)
	})
}

func soundObject() Object {
	return Object{Name: "Ride", Form: allTypes(), Defaults: Defaults{
		Title: "{{ contact.name }}", Assignees: []Assignee{{AssigneeStaff, someID}}, AssigneeMode: ModeRoundRobin,
		Participants: []string{someID}, Tags: []string{"a"}, Topic: "t", Priority: PriorityLow, DueIn: 5,
		Fields: map[string]any{"text": "{{ message.text }}", "number": 5.0, "yes_no": true, "choice": "a",
			"multi_choice": []any{"a"}, "phone": "030 123456"},
	}}
}

func TestObjectValidate(t *testing.T) {
	t.Parallel()
	require.Empty(t, soundObject().Validate(threeStatuses()))
	for name, c := range map[string]struct {
		change func(*Object)
		want   string
	}{
		"name":              {func(o *Object) { o.Name = " " }, "name: template.required"},
		"form":              {func(o *Object) { o.Form.Fields[6].Choices[0].Key = "A" }, "form.fields[6].choices[0].key: template.key_invalid"},
		"title":             {func(o *Object) { o.Defaults.Title = "{{ x }}" }, "defaults.title: template.unknown_variable"},
		"description":       {func(o *Object) { o.Defaults.Description = "{% if %}" }, "defaults.description: template.pattern_syntax"},
		"assignee_kind":     {func(o *Object) { o.Defaults.Assignees[0].Kind = "x" }, "defaults.assignees[0].kind: template.unknown_option"},
		"assignee_id":       {func(o *Object) { o.Defaults.Assignees[0].ID = "x" }, "defaults.assignees[0].id: template.id_invalid"},
		"mode":              {func(o *Object) { o.Defaults.AssigneeMode = "x" }, "defaults.assignee_mode: template.unknown_option"},
		"participant":       {func(o *Object) { o.Defaults.Participants[0] = "x" }, "defaults.participants[0]: template.id_invalid"},
		"participant_twice": {func(o *Object) { o.Defaults.Participants = []string{someID, someID} }, "defaults.participants[1]: template.duplicate"},
		"too_many_tags":     {func(o *Object) { o.Defaults.Tags = strings.Split(strings.Repeat("a,", 100)+"a", ",") }, "defaults.tags: template.too_many"},
		"tag_blank":         {func(o *Object) { o.Defaults.Tags[0] = "" }, "defaults.tags[0]: template.required"},
		"topic":             {func(o *Object) { o.Defaults.Topic = strings.Repeat("t", 101) }, "defaults.topic: template.too_long"},
		"priority":          {func(o *Object) { o.Defaults.Priority = "x" }, "defaults.priority: template.unknown_option"},
		"due_in":            {func(o *Object) { o.Defaults.DueIn = -1 }, "defaults.due_in: template.out_of_range"},
		"field_unknown":     {func(o *Object) { o.Defaults.Fields["x"] = "a" }, "defaults.fields.x: field.unknown"},
		"field_pattern":     {func(o *Object) { o.Defaults.Fields["text"] = "{{" }, "defaults.fields.text: template.pattern_unclosed"},
		"field_fixed":       {func(o *Object) { o.Defaults.Fields["choice"] = "z" }, "defaults.fields.choice: field.unknown_choice"},
	} {
		t.Run(name+"_is_found", func(t *testing.T) {
			t.Parallel()
			o := soundObject()
			c.change(&o)
			require.Contains(t, codesOf(t, o.Validate(threeStatuses())), c.want)
		})
	}
	t.Run("statuses_are_checked_too", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, codesOf(t, soundObject().Validate(StatusSet{})), "status_set.name: template.required")
	})
	t.Run("a_pattern_problem_has_its_place", func(t *testing.T) {
		t.Parallel()
		o := soundObject()
		o.Defaults.Title = "a\n{{ x }}"
		problem := o.Validate(threeStatuses())[0]
		require.Equal(t, Problem{Location: "defaults.title", Code: "template.unknown_variable",
			Params: map[string]any{"variable": "x"}, Line: 2, Column: 4, Offset: 5}, problem)
	})
}

func soundContact() Contact {
	return Contact{Name: "Person", Kind: Person, Form: allTypes(), NamePattern: "{{ profile.name }}", Mapping: []Mapping{
		{TargetEmail, []string{"mail.from_address", "lead.answers.E-Mail Adresse (privat)"}},
		{TargetPhone, []string{"{{ form.phone }}"}},
		{FieldTarget("text"), []string{"author.name"}},
	}}
}

func TestContactValidate(t *testing.T) {
	t.Parallel()
	require.Empty(t, soundContact().Validate())
	for name, c := range map[string]struct {
		change func(*Contact)
		want   string
	}{
		"name":            {func(c *Contact) { c.Name = "" }, "name: template.required"},
		"kind":            {func(c *Contact) { c.Kind = "" }, "kind: template.unknown_option"},
		"form":            {func(c *Contact) { c.Form.Fields[0].Key = "" }, "form.fields[0].key: template.key_invalid"},
		"group":           {func(c *Contact) { c.Group = strings.Repeat("g", 256) }, "group: template.too_long"},
		"tags":            {func(c *Contact) { c.Tags = []string{"a", "a"} }, "tags[1]: template.duplicate"},
		"name_pattern":    {func(c *Contact) { c.NamePattern = "{{ x }}" }, "name_pattern: template.unknown_variable"},
		"target":          {func(c *Contact) { c.Mapping[0].Target = "name" }, "mapping[0].target: template.unknown_target"},
		"target_field":    {func(c *Contact) { c.Mapping[2].Target = "field:x" }, "mapping[2].target: template.unknown_target"},
		"target_no_field": {func(c *Contact) { c.Mapping[2].Target = "text" }, "mapping[2].target: template.unknown_target"},
		"target_twice":    {func(c *Contact) { c.Mapping[1].Target = TargetEmail }, "mapping[1].target: template.duplicate"},
		"no_sources":      {func(c *Contact) { c.Mapping[0].Sources = nil }, "mapping[0].sources: template.required"},
		"source_path":     {func(c *Contact) { c.Mapping[0].Sources[0] = "mail.from" }, "mapping[0].sources[0]: template.unknown_variable"},
		"source_group":    {func(c *Contact) { c.Mapping[0].Sources[0] = "mail" }, "mapping[0].sources[0]: template.unknown_variable"},
		"source_no_key":   {func(c *Contact) { c.Mapping[0].Sources[0] = "form." }, "mapping[0].sources[0]: template.unknown_variable"},
		"source_empty":    {func(c *Contact) { c.Mapping[0].Sources[0] = "" }, "mapping[0].sources[0]: template.unknown_variable"},
		"source_pattern":  {func(c *Contact) { c.Mapping[1].Sources[0] = "{{ x }}" }, "mapping[1].sources[0]: template.unknown_variable"},
	} {
		t.Run(name+"_is_found", func(t *testing.T) {
			t.Parallel()
			contact := soundContact()
			c.change(&contact)
			require.Contains(t, codesOf(t, contact.Validate()), c.want)
		})
	}
}

// Definitions are stored as JSON and travel over REST: they must come back as they went.
func TestDefinitionsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.SliceOfN(rapid.Make[Field](), 1, 3)
		object := Object{Name: rapid.String().Draw(t, "name"), Form: Form{Fields: fields.Draw(t, "fields")},
			StatusSetID: rapid.String().Draw(t, "set"),
			Defaults: Defaults{Title: rapid.String().Draw(t, "title"), DueIn: rapid.Int().Draw(t, "due"),
				Assignees: rapid.SliceOfN(rapid.Make[Assignee](), 1, 3).Draw(t, "assignees"),
				Fields:    map[string]any{"a": rapid.String().Draw(t, "a"), "b": true, "c": []any{"d", nil, 1.5}}}}
		roundTrip(t, object)
		roundTrip(t, StatusSet{Name: "s", Statuses: rapid.SliceOfN(rapid.Make[Status](), 1, 3).Draw(t, "statuses")})
		roundTrip(t, Contact{Mapping: rapid.SliceOfN(rapid.Make[Mapping](), 1, 3).Draw(t, "mapping")})
	})
}

// roundTrip compares as JSON too: there an empty list and none are the same.
func roundTrip[T any](t require.TestingT, v T) {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(data, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(data), string(again))
	require.Equal(t, string(data), string(again))
}
