package contact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kontor/domain/errs"
	"kontor/templates"
)

// importTarget tells whether a column can mean that.
func importTarget(to string) bool {
	return slices.Contains([]string{"name", "first_name", "last_name", "email", "phone", "kind", "company", "group", "tags"}, to)
}

// headings are what columns are often called, by what they mean. They are compared without case, spaces and signs.
func headings(to string) string {
	switch to {
	case "name":
		return " name fullname displayname contact kontakt "
	case "first_name":
		return " firstname givenname vorname "
	case "last_name":
		return " lastname surname familyname nachname familienname "
	case "email":
		return " email emailaddress mail emailadresse email1value "
	case "phone":
		return " phone phonenumber telephone tel mobile mobilephone telefon telefonnummer handy mobil rufnummer phone1value "
	case "kind":
		return " kind type art typ "
	case "company":
		return " company organization organisation firma unternehmen "
	case "group":
		return " group gruppe segment "
	case "tags":
		return " tags tag labels schlagworte stichworte "
	}
	return ""
}

// suggest guesses what columns mean, each thing once.
func suggest(columns []string, form templates.Form) []string {
	out, used := make([]string, len(columns)), map[string]bool{}
	for i, column := range columns {
		key := plain(column)
		for _, to := range []string{"name", "first_name", "last_name", "email", "phone", "kind", "company", "group", "tags"} {
			if key != "" && !used[to] && strings.Contains(headings(to), " "+key+" ") {
				out[i], used[to] = to, true
				break
			}
		}
		for _, f := range form.Fields {
			to := fieldKey + f.Key
			if out[i] == "" && !used[to] && key != "" && (key == plain(f.Label) || key == plain(f.Key)) {
				out[i], used[to] = to, true
			}
		}
	}
	return out
}

func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_./()#:\"'", r) {
			return -1
		}
		return r
	}, strings.ToLower(text))
}

// importRow is a line, understood.
type importRow struct {
	draft          Draft
	emails, phones []string
	tags           []string
	company        string
}

// readRow reads a line's cells by what the columns mean. Everything that is wrong with it is told at once.
func readRow(m Import, line ImportLine, form templates.Form, country string) (r importRow, err error) {
	var problems []errs.Problem
	given := map[string]string{}
	r.draft.Fields = map[string]any{}
	for i, to := range m.Mapping {
		if i >= len(line.Cells) || line.Cells[i] == "" || to == "" {
			continue
		}
		cell, at := line.Cells[i], m.Columns[i]
		field, isField := strings.CutPrefix(to, fieldKey)
		switch {
		case isField:
			f, _ := form.Field(field)
			r.draft.Fields[field] = fieldValue(f, cell)
		case to == "email":
			r.emails, problems = addAddress(r.emails, cell, at, "contact.email", problems, templates.NormalizeEmail)
		case to == "phone":
			r.phones, problems = addAddress(r.phones, cell, at, "contact.phone", problems, func(p string) (string, bool) {
				return templates.NormalizePhone(p, country)
			})
		case to == "tags":
			r.tags = append(r.tags, split(cell)...)
		default:
			given[to] = cell
		}
	}
	name := given["name"]
	for _, otherwise := range []string{strings.TrimSpace(given["first_name"] + " " + given["last_name"]), first(r.emails), first(r.phones)} {
		if name == "" {
			name = otherwise
		}
	}
	if name == "" && len(problems) == 0 {
		problems = append(problems, errs.At("", "contact_import.nameless"))
	}
	r.draft.Name, r.company = &name, given["company"]
	if kind, ok := kindOf(given["kind"]); ok {
		r.draft.Kind = &kind
	}
	if g, ok := given["group"]; ok {
		r.draft.Group = &g
	}
	return r, errs.Input(problems...)
}

func addAddress(
	list []string, cell, column, code string, problems []errs.Problem, form func(string) (string, bool),
) ([]string, []errs.Problem) {
	for _, v := range split(cell) {
		n, ok := form(v)
		if !ok {
			return list, append(problems, errs.At(column, code))
		}
		list = append(list, n)
	}
	return unique(list), problems
}

func split(cell string) []string {
	var out []string
	for _, v := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == ',' || r == '|' || r == '\n' }) {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func kindOf(cell string) (string, bool) {
	switch strings.ToLower(cell) {
	case "company", "organization", "organisation", "firma", "unternehmen":
		return "company", true
	case "person", "contact", "kontakt":
		return "person", true
	}
	return "", false
}

// fieldValue brings a cell nearer to what a field takes; the field itself says whether it does.
func fieldValue(f templates.Field, cell string) any {
	key := func(text string) string {
		for _, c := range f.Choices {
			if strings.EqualFold(text, c.Label) || text == c.Key {
				return c.Key
			}
		}
		return text
	}
	switch f.Type {
	case templates.TypeYesNo:
		switch strings.ToLower(cell) {
		case "yes", "true", "1", "x", "ja", "wahr":
			return true
		case "no", "false", "0", "nein", "falsch":
			return false
		}
	case templates.TypeChoice:
		return key(cell)
	case templates.TypeMultiChoice:
		keys := []any{}
		for _, v := range split(cell) {
			keys = append(keys, key(v))
		}
		return keys
	case templates.TypeMoney:
		amount, currency, _ := strings.Cut(cell, " ")
		if currency == "" {
			currency = f.Currency
		}
		return map[string]any{"amount": amount, "currency": currency}
	case templates.TypeDate:
		for _, form := range []string{"02.01.2006", "2.1.2006"} {
			if t, err := time.Parse(form, cell); err == nil {
				return t.Format(time.DateOnly)
			}
		}
	}
	return cell
}

// forNew is what a new contact of the line is made with.
func (r importRow) forNew() Draft {
	d := r.draft
	d.Emails, d.Phones, d.Tags = &r.emails, &r.phones, &r.tags
	return d
}

// forExisting is what the line changes of a contact that is there: what it has not, or everything the line says.
func (r importRow) forExisting(c Contact, overwrite bool) Draft {
	d := r.draft
	for _, add := range []struct {
		to        **[]string
		have, new []string
		limit     int
	}{
		{&d.Emails, c.Emails, r.emails, maxAddresses}, {&d.Phones, c.Phones, r.phones, maxAddresses}, {&d.Tags, c.Tags, r.tags, maxTags},
	} {
		all := slices.Clone(add.have)
		if addTo(&all, add.limit, add.new...) {
			*add.to = &all
		}
	}
	if overwrite {
		return d
	}
	if c.Name != "" {
		d.Name = nil
	}
	if c.GroupName != "" {
		d.Group = nil
	}
	if c.CompanyID != nil {
		d.Company = nil
	}
	d.Kind = nil
	for k := range c.Fields {
		delete(d.Fields, k)
	}
	return d
}

// Place names where in the file a problem of a line is, for the report.
func (l ImportLine) Place(p errs.Problem) string {
	if p.Location == "" {
		return fmt.Sprint(l.Line)
	}
	return strings.TrimPrefix(p.Location, "body.")
}
