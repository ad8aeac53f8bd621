package templates

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// typeRule is everything that differs between field types.
type typeRule struct {
	choices   bool // has choices
	currency  bool // has a currency
	maxLength int  // longest text in characters, 0 when it has no length
	// clean brings a value that is not nil to its normal form; nil means that it says nothing.
	clean func(f Field, v any, o CleanOptions) (any, *Problem)
	// bound tells whether a limit is written rightly, compare orders a limit and a value; nil: no limits.
	bound   func(limit string) bool
	compare func(a, b string) int
}

// typeRules is the table of field types.
func typeRules(t FieldType) (rule typeRule, known bool) {
	switch t {
	case TypeText:
		return typeRule{maxLength: 1000, clean: cleanText(oneLine)}, true
	case TypeLongText:
		return typeRule{maxLength: MaxDescription, clean: cleanText(lines)}, true
	case TypeNumber:
		return typeRule{clean: cleanNumber, bound: isDecimal, compare: compareDecimals}, true
	case TypeMoney:
		return typeRule{currency: true, clean: cleanMoney, bound: isDecimal, compare: compareDecimals}, true
	case TypeDate:
		return typeRule{clean: cleanDate, bound: isDate, compare: strings.Compare}, true
	case TypeDateTime:
		return typeRule{clean: cleanDateTime}, true
	case TypeChoice:
		return typeRule{choices: true, clean: cleanChoice}, true
	case TypeMultiChoice:
		return typeRule{choices: true, clean: cleanChoices}, true
	case TypeYesNo:
		return typeRule{clean: cleanYesNo}, true
	case TypePhone:
		return typeRule{clean: cleanPhone}, true
	case TypeEmail:
		return typeRule{clean: cleanEmail}, true
	case TypeLink:
		return typeRule{clean: cleanLink}, true
	case TypeStaff, TypeContact:
		return typeRule{clean: cleanID}, true
	}
	return typeRule{}, false
}

// fault is the problem of a value whose place its caller knows.
func fault(code string, params ...any) *Problem {
	return &Problem{Code: code, Params: pairs(params)}
}

func cleanText(normal func(string) string) func(Field, any, CleanOptions) (any, *Problem) {
	return func(f Field, v any, _ CleanOptions) (any, *Problem) {
		s, isText := v.(string)
		if !isText {
			return nil, fault("field.text_invalid")
		}
		rule, _ := typeRules(f.Type)
		limit := rule.maxLength
		if f.Limits.MaxLength > 0 {
			limit = min(limit, f.Limits.MaxLength)
		}
		s = normal(s)
		if utf8.RuneCountInString(s) > limit {
			return nil, fault("field.too_long", "max", limit)
		}
		return someText(s), nil
	}
}

func cleanNumber(f Field, v any, _ CleanOptions) (any, *Problem) {
	n, ok := decimal(v)
	if !ok {
		return nil, fault("field.number_invalid")
	}
	if n == "" {
		return nil, nil
	}
	return n, within(f, n)
}

func cleanMoney(f Field, v any, o CleanOptions) (any, *Problem) {
	amount, currency := v, f.Currency
	switch v := v.(type) {
	case map[string]any:
		amount = v["amount"]
		if c, _ := v["currency"].(string); c != "" {
			currency = c
		}
	case string: // "1200.50 EUR", as a pattern may yield it
		if number, code, both := strings.Cut(strings.TrimSpace(v), " "); both {
			amount, currency = number, strings.TrimSpace(code)
		}
	}
	if amount == nil {
		return nil, nil
	}
	n, problem := cleanNumber(f, amount, o)
	if n == nil || problem != nil {
		return nil, problem
	}
	currency = strings.ToUpper(currency)
	if !isCurrency(currency) {
		return nil, fault("field.currency_invalid")
	}
	return map[string]any{"amount": n, "currency": currency}, nil
}

func cleanDate(f Field, v any, _ CleanOptions) (any, *Problem) {
	s, isText := trimmed(v)
	switch {
	case isText && s == "":
		return nil, nil
	case !isText || !isDate(s):
		return nil, fault("field.date_invalid")
	}
	return s, within(f, s)
}

func cleanDateTime(_ Field, v any, _ CleanOptions) (any, *Problem) {
	s, isText := trimmed(v)
	if isText && s == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, fault("field.date_time_invalid")
	}
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return nil, fault("field.date_time_invalid")
	}
	return t.Format(time.RFC3339), nil
}

func cleanChoice(f Field, v any, o CleanOptions) (any, *Problem) {
	s, isText := trimmed(v)
	if isText && s == "" {
		return nil, nil
	}
	i := f.choice(s, o.FromText)
	if !isText || i < 0 {
		return nil, fault("field.unknown_choice", "value", cut(s, maxExcerpt))
	}
	return f.Choices[i].Key, nil
}

func cleanChoices(f Field, v any, o CleanOptions) (any, *Problem) {
	list, isList := v.([]any)
	if s, isText := v.(string); isText && o.FromText {
		list, isList = splitChoices(s), true
	}
	if !isList {
		return nil, fault("field.choices_invalid")
	}
	chosen := make([]bool, len(f.Choices))
	for _, item := range list {
		s, _ := trimmed(item)
		if s == "" && o.FromText {
			continue
		}
		i := f.choice(s, o.FromText)
		if i < 0 {
			return nil, fault("field.unknown_choice", "value", cut(s, maxExcerpt))
		}
		chosen[i] = true
	}
	var keys []any
	for i, c := range f.Choices {
		if chosen[i] {
			keys = append(keys, c.Key)
		}
	}
	if keys == nil {
		return nil, nil
	}
	return keys, nil
}

// choice finds the choice of a key, or, in text written by people, of a label. It returns -1 when there is none.
func (f Field) choice(s string, byLabel bool) int {
	i := slices.IndexFunc(f.Choices, func(c Choice) bool { return c.Key == s })
	if i < 0 && byLabel {
		i = slices.IndexFunc(f.Choices, func(c Choice) bool {
			return strings.EqualFold(c.Key, s) || strings.EqualFold(c.Label, s)
		})
	}
	return i
}

func splitChoices(s string) (list []any) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		list = append(list, part)
	}
	return list
}

func cleanYesNo(_ Field, v any, o CleanOptions) (any, *Problem) {
	if b, isBool := v.(bool); isBool {
		return b, nil
	}
	if s, isText := trimmed(v); isText && (s == "" || o.FromText) {
		switch strings.ToLower(s) {
		case "":
			return nil, nil
		case "true", "yes", "1":
			return true, nil
		case "false", "no", "0":
			return false, nil
		}
	}
	return nil, fault("field.yes_no_invalid")
}

func cleanPhone(_ Field, v any, o CleanOptions) (any, *Problem) {
	return normalised(v, "field.phone_invalid", func(s string) (string, bool) { return NormalizePhone(s, o.Country) })
}

func cleanEmail(_ Field, v any, _ CleanOptions) (any, *Problem) {
	return normalised(v, "field.email_invalid", NormalizeEmail)
}

func cleanLink(_ Field, v any, _ CleanOptions) (any, *Problem) {
	return normalised(v, "field.link_invalid", normalizeLink)
}

func cleanID(_ Field, v any, _ CleanOptions) (any, *Problem) {
	return normalised(v, "field.id_invalid", func(s string) (string, bool) {
		s = strings.ToLower(s)
		return s, isID(s)
	})
}

// normalised is for the types whose values are a text with one rule.
func normalised(v any, code string, rule func(string) (string, bool)) (any, *Problem) {
	s, isText := trimmed(v)
	if isText && s == "" {
		return nil, nil
	}
	s, ok := rule(s)
	if !isText || !ok {
		return nil, fault(code)
	}
	return s, nil
}

func normalizeLink(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2048 || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", false
	}
	return u.String(), true
}

// within tells what is wrong with a normal value outside the field's limits.
func within(f Field, value string) *Problem {
	rule, _ := typeRules(f.Type)
	switch {
	case f.Limits.Min != "" && rule.compare(value, f.Limits.Min) < 0:
		return fault("field.too_small", "min", f.Limits.Min)
	case f.Limits.Max != "" && rule.compare(value, f.Limits.Max) > 0:
		return fault("field.too_large", "max", f.Limits.Max)
	}
	return nil
}

func trimmed(v any) (s string, isText bool) {
	s, isText = v.(string)
	return strings.TrimSpace(s), isText
}

// someText turns the empty text into no value.
func someText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func isDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() > 0
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
