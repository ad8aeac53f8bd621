package templates

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestObjectFill(t *testing.T) {
	t.Parallel()
	t.Run("defaults_are_copied", func(t *testing.T) {
		t.Parallel()
		o := soundObject()
		task, steps := o.Compile().Fill(berlinScope(), FillOptions{Country: "DE"})
		require.Equal(t, Task{
			Title: "Anna Lindner", Participants: []string{someID}, Tags: []string{"a"}, Topic: "t", Priority: PriorityLow,
			DueAt: time.Date(2026, 11, 2, 8, 10, 7, 0, time.UTC),
			Fields: map[string]any{"text": "Is the red bike still available? Thanks!", "number": "5", "yes_no": true,
				"choice": "a", "multi_choice": []any{"a"}, "phone": "+4930123456"},
		}, task)
		require.Equal(t, []string{"fill.task.filled"}, stepsOf(t, steps))
		task.Tags[0] = "changed"
		require.Equal(t, "a", o.Defaults.Tags[0])
	})
	t.Run("priority_is_normal_and_nothing_is_due_unless_said", func(t *testing.T) {
		t.Parallel()
		task, _ := Object{Name: "n"}.Compile().Fill(berlinScope(), FillOptions{})
		require.Equal(t, PriorityNormal, task.Priority)
		require.True(t, task.DueAt.IsZero())
	})
	t.Run("another_title_can_be_asked_for", func(t *testing.T) {
		t.Parallel()
		pending, problems := CompilePattern("Lead {{ lead.id }}")
		require.Empty(t, problems)
		task, _ := soundObject().Compile().Fill(Scope{Lead: LeadScope{ID: "7"}}, FillOptions{Title: pending})
		require.Equal(t, "Lead 7", task.Title)
	})
	t.Run("variables_are_listed", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []string{"contact.name", "message.text"}, soundObject().Compile().Variables())
	})
}

func TestObjectFillFallsBack(t *testing.T) {
	t.Parallel()
	long := Scope{Message: MessageScope{Text: strings.Repeat("ä", MaxDescription)}}
	message := Scope{Message: MessageScope{Text: "\n Hello\nyou"}, Contact: ContactScope{Name: "Anna"}}
	for name, c := range map[string]struct {
		defaults Defaults
		scope    Scope
		want     Task
		steps    []string
	}{
		"title_to_the_excerpt": {Defaults{Title: "{{ post.title }}"}, message, Task{Title: "Hello"},
			[]string{"fill.title.fell_back"}},
		"title_to_the_contact": {Defaults{}, Scope{Contact: ContactScope{Name: "Anna"}}, Task{Title: "Anna"},
			[]string{"fill.title.fell_back"}},
		"title_to_the_template": {Defaults{Title: " \x00 "}, Scope{}, Task{Title: "Ride"},
			[]string{"fill.title.fell_back"}},
		"broken_title": {Defaults{Title: "{{ nonsense }}"}, message, Task{Title: "Hello"},
			[]string{"fill.title.failed", "fill.title.fell_back"}},
		"runaway_title": {Defaults{Title: strings.Repeat("{{ message.text }}", 500)}, long,
			Task{Title: strings.Repeat("ä", 79) + "…"}, []string{"fill.title.failed", "fill.title.fell_back"}},
		"long_title": {Defaults{Title: "{{ message.text }}"}, long, Task{Title: strings.Repeat("ä", 254) + "…"},
			[]string{"fill.title.cut"}},
		"title_is_one_clean_line": {Defaults{Title: "a\r\n b\x07\tc"}, Scope{}, Task{Title: "a b c"}, nil},
		"broken_description": {Defaults{Title: "t", Description: "{{ x"}, Scope{}, Task{Title: "t"},
			[]string{"fill.description.failed"}},
		"long_description": {Defaults{Title: "t", Description: "+{{ message.text }}"}, long,
			Task{Title: "t", Description: "+" + strings.Repeat("ä", MaxDescription-2) + "…"},
			[]string{"fill.description.cut"}},
		"description_keeps_lines": {Defaults{Title: "t", Description: " a\r\nb\x00\n\n"}, Scope{},
			Task{Title: "t", Description: "a\nb"}, nil},
		"value_the_field_refuses": {Defaults{Title: "t", Fields: map[string]any{"number": "{{ message.text }}", "text": "x"}},
			message, Task{Title: "t", Fields: map[string]any{"text": "x"}}, []string{"fill.field.left_empty"}},
		"broken_field": {Defaults{Title: "t", Fields: map[string]any{"text": "{{ x }}"}}, message, Task{Title: "t"},
			[]string{"fill.field.failed"}},
		"field_the_form_lost": {Defaults{Title: "t", Fields: map[string]any{"gone": "x"}}, message, Task{Title: "t"}, nil},
		"field_without_text":  {Defaults{Title: "t", Fields: map[string]any{"text": "{{ post.text }}"}}, message, Task{Title: "t"}, nil},
		"required_field_is_left_to_staff": {Defaults{Title: "t", Fields: map[string]any{"required": "{{ post.text }}"}}, message,
			Task{Title: "t"}, nil},
		"choice_by_label_from_a_pattern": {Defaults{Title: "t", Fields: map[string]any{"choice": "{{ 'second' }}"}}, message,
			Task{Title: "t", Fields: map[string]any{"choice": "b"}}, nil},
		"no_due_date_without_a_time": {Defaults{Title: "t", DueIn: 5}, Scope{}, Task{Title: "t"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := allTypes()
			form.Fields = append(form.Fields, Field{Key: "required", Label: "R", Type: TypeText, Required: true})
			o := Object{Name: "Ride", Form: form, Defaults: c.defaults}
			task, steps := o.Compile().Fill(c.scope, FillOptions{})
			c.want.Priority = PriorityNormal
			if c.want.Fields == nil {
				c.want.Fields = map[string]any{}
			}
			require.Equal(t, c.want, task)
			require.Equal(t, append([]string{"fill.task.filled"}, c.steps...), stepsOf(t, steps))
		})
	}
}

func TestContactFill(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scope Scope
		want  ContactDraft
		steps []string
	}{
		"first_source_with_a_value_wins": {
			Scope{Mail: MailScope{FromAddress: "A@B.example"}, Profile: ProfileScope{Name: "Anna"},
				Lead: LeadScope{Answers: []Answer{{Key: "E-Mail Adresse (privat)", Value: "c@d.example"}}}},
			ContactDraft{Name: "Anna", Email: "a@b.example"}, nil},
		"next_source_when_the_first_is_empty": {
			Scope{Profile: ProfileScope{Name: "Anna"}, Lead: LeadScope{Answers: []Answer{{Key: "E-Mail Adresse (privat)", Value: "c@d.example"}}}},
			ContactDraft{Name: "Anna", Email: "c@d.example"}, nil},
		"next_source_when_the_first_is_no_address": {
			Scope{Mail: MailScope{FromAddress: "nobody"}, Profile: ProfileScope{Name: "Anna"},
				Lead: LeadScope{Answers: []Answer{{Key: "E-Mail Adresse (privat)", Value: "c@d.example"}}}},
			ContactDraft{Name: "Anna", Email: "c@d.example"}, []string{"fill.value.skipped"}},
		"phone_in_the_country": {
			Scope{Form: map[string]string{"phone": "030 123456"}, Profile: ProfileScope{Name: "Anna"}},
			ContactDraft{Name: "Anna", Phone: "+4930123456"}, nil},
		"field_of_the_form": {
			Scope{Author: AuthorScope{Name: " Tomás \n H "}, Profile: ProfileScope{Name: "Anna"}},
			ContactDraft{Name: "Anna", Fields: map[string]any{"text": "Tomás H"}}, nil},
		"name_of_the_author": {
			Scope{Author: AuthorScope{Name: "Tomás"}},
			ContactDraft{Name: "Tomás", Fields: map[string]any{"text": "Tomás"}}, []string{"fill.name.fell_back"}},
		"address_for_a_name": {
			Scope{Lead: LeadScope{Answers: []Answer{{Key: "E-Mail Adresse (privat)", Value: "c@d.example"}}}},
			ContactDraft{Name: "c@d.example", Email: "c@d.example"}, []string{"fill.name.fell_back"}},
		"phone_for_a_name": {
			Scope{Form: map[string]string{"phone": "030 123456"}},
			ContactDraft{Name: "+4930123456", Phone: "+4930123456"}, []string{"fill.name.fell_back"}},
		"no_name_at_all": {Scope{}, ContactDraft{}, []string{"fill.name.left_empty"}},
		"long_name": {Scope{Profile: ProfileScope{Name: strings.Repeat("n", 300)}},
			ContactDraft{Name: strings.Repeat("n", 254) + "…"}, []string{"fill.name.cut"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contact := soundContact()
			contact.Group, contact.Tags = "g", []string{"a"}
			draft, steps := contact.Compile().Fill(c.scope, FillOptions{Country: "DE"})
			c.want.Kind, c.want.Group, c.want.Tags = Person, "g", []string{"a"}
			if c.want.Fields == nil {
				c.want.Fields = map[string]any{}
			}
			require.Equal(t, c.want, draft)
			require.Equal(t, append([]string{"fill.contact.filled"}, c.steps...), stepsOf(t, steps))
		})
	}
	t.Run("a_broken_template_still_fills", func(t *testing.T) {
		t.Parallel()
		contact := Contact{NamePattern: "{{ x }}", Mapping: []Mapping{{TargetEmail, []string{"nowhere", "{{", "mail.from_address"}},
			{"field:gone", []string{"mail.from_address"}}}}
		draft, steps := contact.Compile().Fill(Scope{Mail: MailScope{FromAddress: "a@b.example"}}, FillOptions{})
		require.Equal(t, "a@b.example", draft.Email)
		require.Equal(t, []string{"fill.contact.filled", "fill.value.failed", "fill.value.failed", "fill.name.failed",
			"fill.name.fell_back"}, stepsOf(t, steps))
	})
	t.Run("variables_are_listed", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []string{"author.name", "form.phone", "lead.answers.E-Mail Adresse (privat)", "mail.from_address",
			"profile.name"}, soundContact().Compile().Variables())
	})
}

func TestFillConcurrently(t *testing.T) {
	t.Parallel()
	filler := soundObject().Compile()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if task, _ := filler.Fill(berlinScope(), FillOptions{Country: "DE"}); task.Title != "Anna Lindner" {
					t.Errorf("got %q", task.Title)
				}
			}
		})
	}
	wg.Wait()
}

func TestStepsAreSmallJSON(t *testing.T) {
	t.Parallel()
	scope := Scope{Mail: MailScope{FromAddress: strings.Repeat("long ", 50_000)}}
	_, steps := soundContact().Compile().Fill(scope, FillOptions{})
	data, err := json.Marshal(steps)
	require.NoError(t, err)
	require.Less(t, len(data), 1000)
}

func TestMergeFilled(t *testing.T) {
	t.Parallel()
	money := map[string]any{"amount": "1", "currency": "EUR"}
	for name, c := range map[string]struct {
		current, previous, next, want map[string]any
		written                       []string
	}{
		"empty_is_filled":            {nil, nil, map[string]any{"b": "x", "a": "y"}, map[string]any{"a": "y", "b": "x"}, []string{"a", "b"}},
		"blank_is_filled":            {map[string]any{"a": ""}, nil, map[string]any{"a": "x"}, map[string]any{"a": "x"}, []string{"a"}},
		"our_own_is_replaced":        {map[string]any{"a": money}, map[string]any{"a": money}, map[string]any{"a": "x"}, map[string]any{"a": "x"}, []string{"a"}},
		"a_persons_stays":            {map[string]any{"a": "edited"}, map[string]any{"a": "x"}, map[string]any{"a": "y"}, map[string]any{"a": "edited"}, nil},
		"a_persons_first_value_too":  {map[string]any{"a": "theirs"}, nil, map[string]any{"a": "y"}, map[string]any{"a": "theirs"}, nil},
		"no_longer_filled_is_kept":   {map[string]any{"a": "x"}, map[string]any{"a": "x"}, map[string]any{}, map[string]any{"a": "x"}, nil},
		"filled_with_nothing_stays":  {map[string]any{"a": "x"}, map[string]any{"a": "x"}, map[string]any{"a": ""}, map[string]any{"a": "x"}, nil},
		"the_same_again_is_no_write": {map[string]any{"a": "x"}, map[string]any{"a": "x"}, map[string]any{"a": "x"}, map[string]any{"a": "x"}, nil},
		"no_is_a_value":              {map[string]any{"a": false}, nil, map[string]any{"a": true}, map[string]any{"a": false}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			merged, written := MergeFilled(c.current, c.previous, c.next)
			require.Equal(t, c.want, merged)
			require.Equal(t, c.written, written)
		})
	}
}

func TestMergeFilledNeverTakesFromPeople(t *testing.T) {
	t.Parallel()
	values := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c"}),
		rapid.SampledFrom([]any{"", "x", "y", true, nil, []any{"x"}, []any{}}), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		current, previous, next := values.Draw(t, "current"), values.Draw(t, "previous"), values.Draw(t, "next")
		before := map[string]any{}
		for k, v := range current {
			before[k] = v
		}
		merged, written := MergeFilled(current, previous, next)
		require.Equal(t, before, current, "the arguments are not changed")
		for k, v := range merged {
			edited := !isEmpty(current[k]) && !equalJSON(t, current[k], previous[k])
			switch {
			case edited, isEmpty(next[k]):
				require.Equal(t, current[k], v, "kept")
				require.NotContains(t, written, k)
			default:
				require.Equal(t, next[k], v, "written")
			}
		}
		for k := range current {
			require.Contains(t, merged, k)
		}
		again, rewritten := MergeFilled(merged, next, next)
		require.Equal(t, merged, again)
		require.Empty(t, rewritten)
	})
}

func equalJSON(t require.TestingT, a, b any) bool {
	x, err := json.Marshal(a)
	require.NoError(t, err)
	y, err := json.Marshal(b)
	require.NoError(t, err)
	return string(x) == string(y)
}

func TestCut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, limit := rapid.String().Draw(t, "text"), rapid.IntRange(1, 20).Draw(t, "limit")
		short := cut(s, limit)
		require.LessOrEqual(t, utf8.RuneCountInString(short), limit)
		if utf8.RuneCountInString(s) <= limit {
			require.Equal(t, s, short)
		}
	})
}

func BenchmarkFill(b *testing.B) {
	presets, err := Presets("en")
	require.NoError(b, err)
	object, contact, scope := presets[0].Object.Compile(), presets[0].Contact.Compile(), berlinScope()
	b.Run("object", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			object.Fill(scope, FillOptions{Country: "DE"})
		}
	})
	b.Run("contact", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			contact.Fill(scope, FillOptions{Country: "DE"})
		}
	})
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			presets[0].Object.Compile()
		}
	})
}
