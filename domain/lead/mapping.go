package lead

import (
	"maps"
	"strings"
	"unicode"

	"kontor/domain/channel"
	"kontor/templates"
)

// Effective is where the answers of a form go besides what its templates read by themselves: what somebody has decided, and
// where nobody has and no template reads the answer, what the question's type makes certain.
func (f Form) Effective(o templates.Object, c templates.Contact) templates.LeadMapping {
	m := maps.Clone(f.Mapping)
	if m == nil {
		m = templates.LeadMapping{}
	}
	for _, q := range f.Questions {
		target := certain(q)
		if _, decided := m[q.Key]; decided || target == "" {
			continue
		}
		if _, read := templates.ReadsAnswer(q.Key, o, c); !read {
			m[q.Key] = target
		}
	}
	return m
}

// certain is where an answer belongs whatever form it is in.
func certain(q channel.LeadQuestion) templates.LeadTarget {
	switch q.Means {
	case channel.AsksEmail:
		return templates.LeadEmail
	case channel.AsksPhone:
		return templates.LeadPhone
	case channel.AsksName:
		return templates.LeadName
	}
	return ""
}

// Unmapped returns the questions among answers that nobody has decided about.
func Unmapped(m templates.LeadMapping, answers []channel.LeadAnswer, o templates.Object, c templates.Contact) []string {
	var list []string
	for _, a := range answers {
		if m[a.Key] != "" {
			continue
		}
		if _, read := templates.ReadsAnswer(a.Key, o, c); !read {
			list = append(list, a.Key)
		}
	}
	return list
}

// By says who decided where an answer goes.
type By string

// Who may decide.
const (
	ByForm     By = "form"     // somebody, for this form
	ByTemplate By = "template" // a template that reads the answer
	ByType     By = "type"     // the type of the question
	ByNobody   By = ""
)

// Mapped is a question with what becomes of its answers.
type Mapped struct {
	channel.LeadQuestion
	Target     templates.LeadTarget
	By         By
	Suggestion templates.LeadTarget // where it could go, while nobody has decided
	Drift      Drift
}

// Mapped returns the form's questions with what becomes of each, those that are gone but were decided about at the end.
func (f Form) Mapped(o templates.Object, c templates.Contact) []Mapped {
	drifts := f.Drifts()
	var list []Mapped
	add := func(q channel.LeadQuestion) {
		m := Mapped{LeadQuestion: q, Drift: drifts[q.Key]}
		switch target, read := templates.ReadsAnswer(q.Key, o, c); {
		case f.Mapping[q.Key] != "":
			m.Target, m.By = f.Mapping[q.Key], ByForm
		case read:
			m.Target, m.By = target, ByTemplate
		case certain(q) != "":
			m.Target, m.By = certain(q), ByType
		default:
			m.Suggestion = suggest(q, o, c)
		}
		list = append(list, m)
	}
	for _, q := range f.Questions {
		add(q)
	}
	for _, q := range f.Reviewed {
		if drifts[q.Key] == DriftRemoved && f.Mapping[q.Key] != "" {
			add(q)
		}
	}
	return list
}

// suggest proposes a field for a question: one of the contact's or the task's form that is called like what it asks for.
func suggest(q channel.LeadQuestion, o templates.Object, c templates.Contact) templates.LeadTarget {
	for _, name := range names(q) {
		for _, f := range c.Form.Fields {
			if plain(f.Key) == name || plain(f.Label) == name {
				return templates.ContactFieldTarget(f.Key)
			}
		}
		for _, f := range o.Form.Fields {
			if plain(f.Key) == name || plain(f.Label) == name {
				return templates.TaskTarget(f.Key)
			}
		}
		if target := spelled(name); target != "" {
			return target
		}
	}
	return ""
}

// names are the words that a question may be recognised by, the surest first.
func names(q channel.LeadQuestion) []string {
	var list []string
	for _, s := range []string{q.Means, q.Key, q.Label} {
		if name := plain(s); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// spelled knows how forms that people made themselves call an address.
func spelled(name string) templates.LeadTarget {
	switch name {
	case "email", "mail", "emailaddress", "emailadresse", "mailadresse":
		return templates.LeadEmail
	case "phone", "phonenumber", "telephone", "mobile", "telefon", "telefonnummer", "handynummer", "rufnummer", "mobilnummer":
		return templates.LeadPhone
	case "name", "fullname", "yourname", "ihrname", "vorundnachname":
		return templates.LeadName
	}
	return ""
}

// plain is a name without case, blanks and signs.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
