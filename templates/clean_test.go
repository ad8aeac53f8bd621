package templates

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// allTypes has a field of each type, whose key is the type.
func allTypes() Form {
	form := Form{}
	for _, t := range []FieldType{TypeText, TypeLongText, TypeNumber, TypeMoney, TypeDate, TypeDateTime, TypeChoice,
		TypeMultiChoice, TypeYesNo, TypePhone, TypeEmail, TypeLink, TypeStaff, TypeContact} {
		field := Field{Key: string(t), Label: string(t), Type: t}
		if t == TypeChoice || t == TypeMultiChoice {
			field.Choices = []Choice{{Key: "a", Label: "First"}, {Key: "b", Label: "Second"}, {Key: "c", Label: "Größe"}}
		}
		if t == TypeMoney {
			field.Currency = "EUR"
		}
		form.Fields = append(form.Fields, field)
	}
	return form
}

const someID = "0193a1b2-c3d4-7e5f-8a6b-0123456789ab"

func TestFormClean(t *testing.T) {
	t.Parallel()
	money := func(amount, currency string) any { return map[string]any{"amount": amount, "currency": currency} }
	for name, c := range map[string]struct {
		field    FieldType
		value    any
		want     any
		fromText bool
	}{
		"text_is_one_line":            {field: TypeText, value: " a \n b\x00 ", want: "a b"},
		"long_text_keeps_lines":       {field: TypeLongText, value: " a\r\n\tb\x07\rc ", want: "a\n\tb\nc"},
		"number_from_json":            {field: TypeNumber, value: 1200.5, want: "1200.5"},
		"number_exact":                {field: TypeNumber, value: json.Number("0.12345678901234567890"), want: "0.12345678901234567890"},
		"number_exponent":             {field: TypeNumber, value: json.Number("1.5e3"), want: "1500"},
		"number_from_text":            {field: TypeNumber, value: " +007.50 ", want: "7.50"},
		"number_minus_zero":           {field: TypeNumber, value: "-0.0", want: "0.0"},
		"number_negative":             {field: TypeNumber, value: "-3", want: "-3"},
		"number_whole":                {field: TypeNumber, value: 3, want: "3"},
		"money_own_currency":          {field: TypeMoney, value: money("1", "usd"), want: money("1", "USD")},
		"money_default_currency":      {field: TypeMoney, value: map[string]any{"amount": 12.5}, want: money("12.5", "EUR")},
		"money_number":                {field: TypeMoney, value: 12.0, want: money("12", "EUR")},
		"money_in_words":              {field: TypeMoney, value: "12.50 CHF", want: money("12.50", "CHF")},
		"money_without_amount":        {field: TypeMoney, value: map[string]any{"currency": "EUR"}, want: nil},
		"date":                        {field: TypeDate, value: " 2024-02-29 ", want: "2024-02-29"},
		"date_time_is_utc":            {field: TypeDateTime, value: "2026-11-21T14:05:00.9+01:00", want: "2026-11-21T13:05:00Z"},
		"choice":                      {field: TypeChoice, value: "b", want: "b"},
		"choice_by_label_in_any_case": {field: TypeChoice, value: " GRÖßE ", want: "c", fromText: true},
		"choices_in_their_order":      {field: TypeMultiChoice, value: []any{"c", "a", "c"}, want: []any{"a", "c"}},
		"choices_from_text":           {field: TypeMultiChoice, value: "Second, größe;\n", want: []any{"b", "c"}, fromText: true},
		"choices_none":                {field: TypeMultiChoice, value: []any{}, want: nil},
		"yes":                         {field: TypeYesNo, value: true, want: true},
		"no":                          {field: TypeYesNo, value: false, want: false},
		"yes_from_text":               {field: TypeYesNo, value: " Yes ", want: true, fromText: true},
		"no_from_text":                {field: TypeYesNo, value: "0", want: false, fromText: true},
		"phone_of_the_country":        {field: TypePhone, value: "030 / 123456", want: "+4930123456"},
		"phone_international":         {field: TypePhone, value: "+41 44 668 18 00", want: "+41446681800"},
		"email_lower_case":            {field: TypeEmail, value: " Anna@Example.COM ", want: "anna@example.com"},
		"link":                        {field: TypeLink, value: "https://example.com/a b", want: "https://example.com/a%20b"},
		"staff":                       {field: TypeStaff, value: strings.ToUpper(someID), want: someID},
		"contact":                     {field: TypeContact, value: someID, want: someID},
		"blank_is_no_value":           {field: TypeNumber, value: "  ", want: nil},
		"blank_link_is_no_value":      {field: TypeLink, value: "", want: nil},
		"null_is_no_value":            {field: TypeText, value: nil, want: nil},
		"blank_choice_is_no_value":    {field: TypeChoice, value: "", want: nil},
		"blank_date_time_is_no_value": {field: TypeDateTime, value: "", want: nil},
		"blank_yes_no_is_no_value":    {field: TypeYesNo, value: "", want: nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := allTypes()
			clean, problems := form.Clean(map[string]any{string(c.field): c.value}, CleanOptions{Country: "de", FromText: c.fromText})
			require.Empty(t, problems)
			if c.want == nil {
				require.Empty(t, clean)
				return
			}
			require.Equal(t, map[string]any{string(c.field): c.want}, clean)
		})
	}
}

func TestFormCleanRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		field FieldType
		value any
		code  string
	}{
		"text_of_another_kind":     {TypeText, 5.0, "field.text_invalid"},
		"text_too_long":            {TypeText, strings.Repeat("ä", 1001), "field.too_long"},
		"long_text_too_long":       {TypeLongText, strings.Repeat("ä", MaxDescription+1), "field.too_long"},
		"number_with_a_comma":      {TypeNumber, "1,5", "field.number_invalid"},
		"number_huge":              {TypeNumber, strings.Repeat("9", 31), "field.number_invalid"},
		"number_huge_exponent":     {TypeNumber, json.Number("1e999999999"), "field.number_invalid"},
		"number_exponent_in_text":  {TypeNumber, "1e3", "field.number_invalid"},
		"number_two_signs":         {TypeNumber, "--1", "field.number_invalid"},
		"number_point_alone":       {TypeNumber, "5.", "field.number_invalid"},
		"number_yes":               {TypeNumber, true, "field.number_invalid"},
		"money_amount":             {TypeMoney, map[string]any{"amount": "x"}, "field.number_invalid"},
		"money_currency":           {TypeMoney, map[string]any{"amount": "1", "currency": "Euro"}, "field.currency_invalid"},
		"date_not_there":           {TypeDate, "2023-02-29", "field.date_invalid"},
		"date_with_time":           {TypeDate, "2023-02-28T00:00:00Z", "field.date_invalid"},
		"date_number":              {TypeDate, 5.0, "field.date_invalid"},
		"date_time_without_zone":   {TypeDateTime, "2026-11-21T14:05:00", "field.date_time_invalid"},
		"date_time_beyond_9999":    {TypeDateTime, "9999-12-31T23:59:59-01:00", "field.date_time_invalid"},
		"date_time_number":         {TypeDateTime, 5.0, "field.date_time_invalid"},
		"choice_label":             {TypeChoice, "First", "field.unknown_choice"},
		"choice_list":              {TypeChoice, []any{"a"}, "field.unknown_choice"},
		"choices_text":             {TypeMultiChoice, "a", "field.choices_invalid"},
		"choices_unknown":          {TypeMultiChoice, []any{"a", "z"}, "field.unknown_choice"},
		"choices_blank":            {TypeMultiChoice, []any{""}, "field.unknown_choice"},
		"yes_no_word":              {TypeYesNo, "yes", "field.yes_no_invalid"},
		"yes_no_number":            {TypeYesNo, 1.0, "field.yes_no_invalid"},
		"phone_not_of_the_country": {TypePhone, "8 (912) 345-67-89", "field.phone_invalid"},
		"phone_long":               {TypePhone, strings.Repeat("1", 200), "field.phone_invalid"},
		"email_with_a_name":        {TypeEmail, "Anna <anna@example.com>", "field.email_invalid"},
		"email_without_at":         {TypeEmail, "anna.example.com", "field.email_invalid"},
		"email_long":               {TypeEmail, strings.Repeat("a", 250) + "@b.example", "field.email_invalid"},
		"link_script":              {TypeLink, "javascript:alert(1)", "field.link_invalid"},
		"link_without_host":        {TypeLink, "https:///x", "field.link_invalid"},
		"link_number":              {TypeLink, 5.0, "field.link_invalid"},
		"staff_name":               {TypeStaff, "Anna", "field.id_invalid"},
		"staff_without_dashes":     {TypeStaff, strings.ReplaceAll(someID, "-", "0"), "field.id_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean, problems := allTypes().Clean(map[string]any{string(c.field): c.value}, CleanOptions{Country: "LV"})
			require.Equal(t, []string{"fields." + string(c.field) + ": " + c.code}, codesOf(t, problems))
			require.Empty(t, clean)
		})
	}
}

func TestFormCleanAsAWhole(t *testing.T) {
	t.Parallel()
	form := Form{Fields: []Field{
		{Key: "name", Type: TypeText, Required: true, Limits: Limits{MaxLength: 3}},
		{Key: "age", Type: TypeNumber, Limits: Limits{Min: "18", Max: "99.5"}},
		{Key: "day", Type: TypeDate, Limits: Limits{Min: "2026-01-01"}},
		{Key: "price", Type: TypeMoney, Limits: Limits{Max: "10"}},
	}}
	for name, c := range map[string]struct {
		values   map[string]any
		partial  bool
		want     map[string]any
		problems []string
	}{
		"required_is_missing": {values: map[string]any{}, want: map[string]any{},
			problems: []string{"fields.name: field.required"}},
		"required_is_blank": {values: map[string]any{"name": "  "}, want: map[string]any{},
			problems: []string{"fields.name: field.required"}},
		"unnamed_fields_are_left_alone": {values: map[string]any{"age": "20"}, partial: true,
			want: map[string]any{"age": "20"}},
		"null_clears": {values: map[string]any{"age": nil}, partial: true, want: map[string]any{"age": nil}},
		"required_cannot_be_cleared": {values: map[string]any{"name": nil}, partial: true, want: map[string]any{},
			problems: []string{"fields.name: field.required"}},
		"limits_are_kept": {values: map[string]any{"name": "abcd", "age": "17.99", "day": "2025-12-31", "price": "10.01 EUR"},
			want: map[string]any{}, problems: []string{"fields.name: field.too_long", "fields.age: field.too_small",
				"fields.day: field.too_small", "fields.price: field.too_large"}},
		"limits_are_inclusive": {values: map[string]any{"name": "abc", "age": "99.50", "day": "2026-01-01", "price": "10.0 EUR"},
			want: map[string]any{"name": "abc", "age": "99.50", "day": "2026-01-01",
				"price": map[string]any{"amount": "10.0", "currency": "EUR"}}},
		"good_values_survive_bad_ones": {values: map[string]any{"name": "a", "age": "x", "zzz": 1, "yyy": 1},
			want: map[string]any{"name": "a"},
			problems: []string{"fields.age: field.number_invalid", "fields.yyy: field.unknown",
				"fields.zzz: field.unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean, problems := form.Clean(c.values, CleanOptions{Partial: c.partial})
			require.Equal(t, c.problems, codesOf(t, problems))
			require.Equal(t, c.want, clean)
		})
	}
}

func TestDecimalKeepsTheNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[-+]?[0-9]{1,15}(\.[0-9]{1,12})?`).Draw(t, "number")
		clean, ok := decimal(s)
		require.True(t, ok)
		require.Zero(t, compareDecimals(s, clean), "%s became %s", s, clean)
		again, ok := decimal(clean)
		require.True(t, ok)
		require.Equal(t, clean, again)
	})
}

func TestNormalizePhone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, country, want string }{
		"national":                   {"0171 2345678", "DE", "+491712345678"},
		"with_extension":             {"+49 30 123456 ext. 7", "", "+4930123456"},
		"country_in_small_letters":   {"0171 2345678", "de", "+491712345678"},
		"international_needs_none":   {"+1 (202) 456-1111", "", "+12024561111"},
		"national_without_a_country": {"0171 2345678", "", ""},
		"parses_but_is_none":         {"8 (912) 345-67-89", "LV", ""},
		"words":                      {"call me", "DE", ""},
		"unknown_country":            {"0171 2345678", "XX", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := NormalizePhone(c.in, c.country)
			require.Equal(t, c.want, got)
			require.Equal(t, c.want != "", ok)
		})
	}
}
