package templates

import "slices"

// FieldType says what values a field takes; field_types.go says how they are read and checked.
type FieldType string

// The field types, with the form a value has in JSON.
const (
	TypeText        FieldType = "text"         // one line
	TypeLongText    FieldType = "long_text"    // several lines
	TypeNumber      FieldType = "number"       // an exact decimal in a string: "1200.50"
	TypeMoney       FieldType = "money"        // {"amount": "1200.50", "currency": "EUR"}
	TypeDate        FieldType = "date"         // "2026-11-21"
	TypeDateTime    FieldType = "date_time"    // "2026-11-21T14:05:00Z"
	TypeChoice      FieldType = "choice"       // the key of a choice
	TypeMultiChoice FieldType = "multi_choice" // keys, in the order of the field's choices
	TypeYesNo       FieldType = "yes_no"       // true or false
	TypePhone       FieldType = "phone"        // E.164: "+4930123456"
	TypeEmail       FieldType = "email"        // lower-cased address
	TypeLink        FieldType = "link"         // http or https
	TypeStaff       FieldType = "staff"        // id
	TypeContact     FieldType = "contact"      // id
)

const (
	maxFields  = 200
	maxChoices = 200
	maxKey     = 40
)

// Field is one custom field of a task or a contact.
type Field struct {
	Key      string    `json:"key" doc:"stable name in values, patterns and the API: a letter, then a-z, 0-9 and _"`
	Label    string    `json:"label"`
	Type     FieldType `json:"type" enum:"text,long_text,number,money,date,date_time,choice,multi_choice,yes_no,phone,email,link,staff,contact"`
	Required bool      `json:"required,omitempty"`
	Help     string    `json:"help,omitempty"`
	Choices  []Choice  `json:"choices,omitempty" doc:"of choice and multi_choice"`
	Currency string    `json:"currency,omitempty" doc:"of money: used when a value names none, ISO 4217"`
	Limits   Limits    `json:"limits,omitzero"`
}

// Choice is one thing a choice field can be.
type Choice struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// Limits narrow what a field takes. Each belongs to some types only; the zero value of each means no limit.
type Limits struct {
	MaxLength int    `json:"max_length,omitempty" doc:"text, long_text: characters"`
	Min       string `json:"min,omitempty" doc:"number, money: the smallest decimal; date: the first day"`
	Max       string `json:"max,omitempty" doc:"number, money: the largest decimal; date: the last day"`
}

// Form is the custom fields in the order in which they are shown. Tasks and contacts stay linked to the form of their
// template: a new field appears on existing ones too.
type Form struct {
	Fields []Field `json:"fields,omitempty"`
}

// Field returns the field of a key.
func (f Form) Field(key string) (Field, bool) {
	i := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return f.Fields[i], true
}

// Validate returns what is wrong with the definition.
func (f Form) Validate() []Problem {
	var c checks
	c.count("fields", len(f.Fields), maxFields)
	keys := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		keys[i] = field.Key
		c.add(place("fields").index(i).under(field.validate())...)
	}
	c.unique("fields", "key", keys)
	return c.problems
}

func (f Field) validate() []Problem {
	var c checks
	c.key("key", f.Key)
	c.text("label", f.Label, true, maxName)
	c.text("help", f.Help, false, maxHelp)
	rule, known := typeRules(f.Type)
	if !known {
		c.add(place("type").problem("template.unknown_option", "value", string(f.Type)))
		return c.problems
	}
	c.choices(f, rule.choices)
	switch {
	case f.Currency == "":
	case !rule.currency:
		c.add(place("currency").problem("template.setting_unsupported", "type", string(f.Type)))
	case !isCurrency(f.Currency):
		c.add(place("currency").problem("template.currency_invalid"))
	}
	c.limits(f, rule)
	return c.problems
}

func (c *checks) key(at place, key string) {
	if !isKey(key) {
		c.add(at.problem("template.key_invalid"))
	}
}

func (c *checks) choices(f Field, supported bool) {
	const at = place("choices")
	switch {
	case supported && len(f.Choices) == 0:
		c.add(at.problem("template.choices_missing"))
	case !supported && len(f.Choices) > 0:
		c.add(at.problem("template.setting_unsupported", "type", string(f.Type)))
		return
	}
	c.count(at, len(f.Choices), maxChoices)
	keys := make([]string, len(f.Choices))
	for i, choice := range f.Choices {
		keys[i] = choice.Key
		c.key(at.index(i).key("key"), choice.Key)
		c.text(at.index(i).key("label"), choice.Label, true, maxName)
	}
	c.unique(at, "key", keys)
}

func (c *checks) limits(f Field, rule typeRule) {
	const at = place("limits")
	unsupported := func(name string) {
		c.add(at.key(name).problem("template.setting_unsupported", "type", string(f.Type)))
	}
	switch {
	case f.Limits.MaxLength == 0:
	case rule.maxLength == 0:
		unsupported("max_length")
	case f.Limits.MaxLength < 1 || f.Limits.MaxLength > rule.maxLength:
		c.add(at.key("max_length").problem("template.out_of_range", "min", 1, "max", rule.maxLength))
	}
	bounds := map[string]string{"min": f.Limits.Min, "max": f.Limits.Max}
	sound := true
	for _, name := range []string{"min", "max"} {
		switch {
		case bounds[name] == "":
		case rule.compare == nil:
			unsupported(name)
			sound = false
		case !rule.bound(bounds[name]):
			c.add(at.key(name).problem("template.limit_invalid"))
			sound = false
		}
	}
	if sound && f.Limits.Min != "" && f.Limits.Max != "" && rule.compare(f.Limits.Min, f.Limits.Max) > 0 {
		c.add(at.problem("template.limits_crossed"))
	}
}

// isKey tells whether s is a stable key: ^[a-z][a-z0-9_]{0,39}$.
func isKey(s string) bool {
	if s == "" || len(s) > maxKey || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return true
}
