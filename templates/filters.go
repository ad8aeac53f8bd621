package templates

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Filter is one thing a pattern can do with a value, described so that an editor can list it.
type Filter struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`        // key of the message catalogues
	Args        []string `json:"args,omitempty"`     // names of the arguments: keys of the message catalogues
	Optional    int      `json:"optional,omitempty"` // how many of the last arguments can be left out
	Example     string   `json:"example"`
	apply       filterFunc
}

// filterFunc takes plain values and never fails, except with ErrTooLong. All filters have this one Go type, because the
// library converts arguments to any other and panics where it cannot.
type filterFunc = func(in any, args ...any) (any, error)

// Filters returns the filters in the order in which an editor shows them.
func Filters() []Filter {
	filters := []Filter{
		{Name: "default", Args: []string{"value"}, Example: `contact.first_name | default: contact.name`,
			apply: filterDefault},
		{Name: "truncate", Args: []string{"length", "ellipsis"}, Optional: 2, Example: `message.text | truncate: 60`,
			apply: filterTruncate},
		{Name: "truncatewords", Args: []string{"words", "ellipsis"}, Optional: 2,
			Example: `message.text | truncatewords: 8`, apply: filterTruncateWords},
		{Name: "first_line", Example: `message.text | first_line`, apply: plainFilter(firstLine)},
		{Name: "single_line", Example: `message.text | single_line`, apply: plainFilter(oneLine)},
		{Name: "strip", Example: `mail.subject | strip`, apply: plainFilter(strings.TrimSpace)},
		{Name: "upcase", Example: `lead.platform | upcase`, apply: plainFilter(strings.ToUpper)},
		{Name: "downcase", Example: `contact.username | downcase`, apply: plainFilter(strings.ToLower)},
		{Name: "capitalize", Example: `form.city | capitalize`, apply: plainFilter(capitalize)},
		{Name: "append", Args: []string{"text"}, Example: `lead.id | append: "!"`, apply: filterAppend},
		{Name: "prepend", Args: []string{"text"}, Example: `contact.username | prepend: "@"`, apply: filterPrepend},
		{Name: "replace", Args: []string{"old", "new"}, Example: `mail.subject | replace: "Re: ", ""`,
			apply: filterReplace},
		{Name: "remove", Args: []string{"text"}, Example: `mail.subject | remove: "Fwd: "`, apply: filterRemove},
		{Name: "date", Args: []string{"format"}, Example: `now | date: "%d.%m.%Y"`, apply: filterDate},
		{Name: "size", Example: `message.text | size`, apply: filterSize},
	}
	for i := range filters {
		filters[i].Description = "template.filter." + filters[i].Name
	}
	return filters
}

func filterDefault(in any, args ...any) (any, error) {
	if in == nil || in == "" || in == false {
		return arg(args, 0), nil
	}
	return in, nil
}

func filterTruncate(in any, args ...any) (any, error) {
	s, limit := plainText(in), length(arg(args, 0), 50)
	if utf8.RuneCountInString(s) <= limit {
		return s, nil
	}
	end := ellipsisOf(arg(args, 1))
	return bounded(firstRunes(s, max(0, limit-utf8.RuneCountInString(end))) + end)
}

func filterTruncateWords(in any, args ...any) (any, error) {
	s, limit := plainText(in), max(1, length(arg(args, 0), 15))
	words := strings.Fields(s)
	if len(words) <= limit {
		return s, nil
	}
	return bounded(strings.Join(words[:limit], " ") + ellipsisOf(arg(args, 1)))
}

func filterAppend(in any, args ...any) (any, error) {
	return bounded(plainText(in) + plainText(arg(args, 0)))
}

func filterPrepend(in any, args ...any) (any, error) {
	return bounded(plainText(arg(args, 0)) + plainText(in))
}

func filterReplace(in any, args ...any) (any, error) {
	s, old, replacement := plainText(in), plainText(arg(args, 0)), plainText(arg(args, 1))
	if old == "" {
		return s, nil
	}
	if grown := strings.Count(s, old) * (len(replacement) - len(old)); len(s)+grown > maxRendered {
		return nil, ErrTooLong
	}
	return strings.ReplaceAll(s, old, replacement), nil
}

func filterRemove(in any, args ...any) (any, error) { return filterReplace(in, arg(args, 0), "") }

func filterSize(in any, _ ...any) (any, error) { return utf8.RuneCountInString(plainText(in)), nil }

// filterDate writes a time or a day with the directives of dateDirective; other text passes unchanged.
func filterDate(in any, args ...any) (any, error) {
	s := plainText(in)
	t, ok := parseDate(s)
	if !ok {
		return s, nil
	}
	var out strings.Builder
	format := plainText(arg(args, 0))
	for i := 0; i < len(format); i++ {
		if format[i] == '%' && i+1 < len(format) {
			i++
			out.WriteString(dateDirective(t, format[i]))
		} else {
			out.WriteByte(format[i])
		}
	}
	return bounded(out.String())
}

func parseDate(s string) (t time.Time, ok bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return t, false
}

// dateDirective writes one part of a time. There are no names of days and months, which would be in one language.
func dateDirective(t time.Time, directive byte) string {
	switch directive {
	case 'Y':
		return t.Format("2006")
	case 'y':
		return t.Format("06")
	case 'm':
		return t.Format("01")
	case 'd':
		return t.Format("02")
	case 'e':
		return t.Format("2")
	case 'H':
		return t.Format("15")
	case 'M':
		return t.Format("04")
	case 'S':
		return t.Format("05")
	case 'F':
		return t.Format(time.DateOnly)
	case 'R':
		return t.Format("15:04")
	case '%':
		return "%"
	}
	return string([]byte{'%', directive})
}

func plainFilter(change func(string) string) filterFunc {
	return func(in any, _ ...any) (any, error) { return bounded(change(plainText(in))) }
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(line)
}

func capitalize(s string) string {
	first, width := utf8.DecodeRuneInString(s)
	if width == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + strings.ToLower(s[width:])
}

// bounded refuses a value that has grown too long.
func bounded(s string) (any, error) {
	if len(s) > maxRendered {
		return nil, ErrTooLong
	}
	return s, nil
}

func arg(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return nil
}

func ellipsisOf(v any) string {
	if v == nil {
		return ellipsis
	}
	return plainText(v)
}

// length reads a number of characters or words.
func length(v any, otherwise int) int {
	switch v := v.(type) {
	case int:
		return max(0, v)
	case float64:
		return int(min(max(0, v), maxRendered))
	case string:
		if n, err := strconv.Atoi(v); err == nil {
			return max(0, n)
		}
	}
	return otherwise
}

// plainText writes a value the way a pattern prints it.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
