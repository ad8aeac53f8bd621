package httpapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/ids"
)

// everyField is a form with a field of each type, which is also its key.
func everyField() apptest.Body {
	types := []string{
		"text", "long_text", "number", "money", "date", "date_time", "choice", "multi_choice", "yes_no", "phone", "email", "link",
		"staff", "contact",
	}
	var fields []apptest.Body
	for _, t := range types {
		f := apptest.Body{"key": t, "label": "A " + t, "type": t}
		if t == "choice" || t == "multi_choice" {
			f["choices"] = []apptest.Body{{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue"}}
		}
		fields = append(fields, f)
	}
	return apptest.Body{"fields": fields}
}

func TestEveryTypeOfField(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	apptest.Patch[account.Account](a.Owner, "/account", apptest.Body{"country": "DE"})
	template := apptest.Post[httpapi.WholeObjectTemplate](a.Admin, "/object-templates", apptest.Body{
		"name": "Everything", "status_set_id": standardObject(t, a.Member).StatusSetID, "form": everyField(),
	})
	kinds := apptest.Post[httpapi.WholeContactTemplate](a.Admin, "/contact-templates", apptest.Body{
		"name": "Everybody", "kind": "person", "form": everyField(),
	})
	apptest.Post[httpapi.WholeContactTemplate](a.Admin, "/contact-templates/"+kinds.ID.String()+"/standard", nil)
	task := apptest.Post[httpapi.Task](a.Member, "/tasks", apptest.Body{"title": "T", "template_id": template.ID})
	contact := apptest.Post[httpapi.Contact](a.Member, "/contacts", apptest.Body{"name": "Anna"})
	foreign := apptest.Post[httpapi.Contact](a.ForeignOwner, "/contacts", apptest.Body{"name": "Ben"})
	me, stranger := a.Member.Staff.ID.String(), a.ForeignOwner.Staff.ID.String()
	for _, test := range []struct {
		field string
		given any
		kept  any // what it becomes; nil when it is refused
		code  string
	}{
		{"text", " one\nline ", "one line", ""},
		{"text", 5, nil, "field.text_invalid"},
		{"long_text", "two\nlines", "two\nlines", ""},
		{"number", "1200.50", "1200.50", ""},
		{"number", "much", nil, "field.number_invalid"},
		{"money", apptest.Body{"amount": "12.50", "currency": "eur"}, map[string]any{"amount": "12.50", "currency": "EUR"}, ""},
		{"money", apptest.Body{"amount": "12.50"}, nil, "field.currency_invalid"},
		{"date", "2026-11-21", "2026-11-21", ""},
		{"date", "21.11.2026", nil, "field.date_invalid"},
		{"date_time", "2026-11-21T15:05:00+01:00", "2026-11-21T14:05:00Z", ""},
		{"date_time", "noon", nil, "field.date_time_invalid"},
		{"choice", "red", "red", ""},
		{"choice", "green", nil, "field.unknown_choice"},
		{"multi_choice", []string{"blue", "red"}, []any{"red", "blue"}, ""},
		{"multi_choice", []string{"green"}, nil, "field.unknown_choice"},
		{"yes_no", true, true, ""},
		{"yes_no", "perhaps", nil, "field.yes_no_invalid"},
		{"phone", "030 1234567", "+49301234567", ""},
		{"phone", "7", nil, "field.phone_invalid"},
		{"email", "Anna@Example.com", "anna@example.com", ""},
		{"email", "anna", nil, "field.email_invalid"},
		{"link", "https://example.com/x", "https://example.com/x", ""},
		{"link", "javascript:alert(1)", nil, "field.link_invalid"},
		{"staff", me, me, ""},
		{"staff", stranger, nil, "staff.not_found"},
		{"staff", "me", nil, "field.id_invalid"},
		{"contact", contact.ID.String(), contact.ID.String(), ""},
		{"contact", foreign.ID.String(), nil, "contact.not_found"},
		{"contact", ids.New().String(), nil, "contact.not_found"},
		{"nothing", "x", nil, "field.unknown"},
	} {
		for _, path := range []string{"/tasks/" + task.ID.String(), "/contacts/" + contact.ID.String()} {
			answer := a.Member.Do("PATCH", path, apptest.Body{"fields": apptest.Body{test.field: test.given}})
			if test.kept == nil {
				f := answer.Refused(422, "input.invalid").Errors[0]
				require.Equal(t, []string{"body.fields." + test.field, test.code}, []string{f.Location, f.Code})
				require.NotEqual(t, f.Code, f.Message)
				continue
			}
			require.Equal(t, 200, answer.Status, "%s: %s", test.field, answer.Body)
			require.Equal(t, test.kept, fieldsOf(t, a.Member, path)[test.field])
		}
	}
	path := "/contacts/" + contact.ID.String()
	require.Len(t, fieldsOf(t, a.Member, path), 14, "all are kept")
	a.Member.Do("PATCH", path, apptest.Body{"fields": apptest.Body{"text": nil}})
	require.NotContains(t, fieldsOf(t, a.Member, path), "text")
	a.Admin.Do("PATCH", "/object-templates/"+template.ID.String(), apptest.Body{
		"defaults": apptest.Body{"fields": apptest.Body{"staff": stranger}},
	}).Refused(422, "input.invalid")
}

func fieldsOf(t *testing.T, c *apptest.Client, path string) map[string]any {
	t.Helper()
	var shown struct {
		Fields map[string]any `json:"fields"`
	}
	require.NoError(t, json.Unmarshal(c.Do("GET", path, nil).Body, &shown))
	return shown.Fields
}
