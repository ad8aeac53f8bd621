package httpapi

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kontor/domain/account"
	"kontor/domain/contact"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// ContactImport is a table that becomes contacts.
type ContactImport struct {
	ID         ids.ID              `json:"id"`
	Name       string              `json:"name" doc:"of the file"`
	State      contact.ImportState `json:"state" enum:"uploaded,running,finished"`
	Encoding   string              `json:"encoding"`
	Separator  string              `json:"separator"`
	Columns    []string            `json:"columns"`
	Mapping    []string            `json:"mapping" doc:"what each column means: name, first_name, last_name, email, phone, kind, company, group, tags, field:<key>, or nothing"`
	Existing   contact.Existing    `json:"existing" enum:"update_empty,overwrite,skip"`
	Preview    [][]string          `json:"preview" doc:"the first lines"`
	Total      int64               `json:"total"`
	Created    int64               `json:"created"`
	Updated    int64               `json:"updated"`
	Skipped    int64               `json:"skipped"`
	Refused    int64               `json:"refused"`
	By         string              `json:"by"`
	CreatedAt  time.Time           `json:"created_at"`
	FinishedAt *time.Time          `json:"finished_at"`
	PrunedAt   *time.Time          `json:"pruned_at" doc:"when its lines were taken away, 30 days after it was finished; the figures stay"`
}

// previewed is how many lines an import shows.
const previewed = 5

func (a *API) showImport(ctx context.Context, in account.ID) func(contact.Import, error) (*answer[ContactImport], error) {
	return func(m contact.Import, err error) (*answer[ContactImport], error) {
		if err != nil {
			return nil, err
		}
		lines, err := a.Contacts.ImportLines(ctx, in, m.ID, "", 0, previewed)
		shown := importOf(m)
		for _, l := range lines {
			shown.Preview = append(shown.Preview, l.Cells)
		}
		return answered(shown, err)
	}
}

func importOf(m contact.Import) ContactImport {
	return ContactImport{
		m.ID, m.Name, m.State, m.Encoding, m.Separator, orEmpty(m.Columns), orEmpty(m.Mapping), m.Existing, [][]string{}, m.Total, m.Created,
		m.Updated, m.Skipped, m.Refused, m.By(), m.CreatedAt, m.FinishedAt, m.PrunedAt,
	}
}

func (a *API) listContactImports(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[ContactImport]], error) {
	rows, next, err := a.Contacts.Imports(ctx, who.AccountID, in.page())
	shown := make([]ContactImport, len(rows))
	for i, m := range rows {
		shown[i] = importOf(m)
	}
	return listed(shown, next, err)
}

func (a *API) getContactImport(ctx context.Context, who account.Actor, in *ByID) (*answer[ContactImport], error) {
	return a.showImport(ctx, who.AccountID)(a.Contacts.Import(ctx, who.AccountID, in.ID))
}

func (a *API) uploadContacts(ctx context.Context, who account.Actor, in *uploadInput) (*answer[ContactImport], error) {
	var made contact.Import
	err := in.theFile(func(name string, r io.Reader) (err error) {
		made, err = a.Contacts.Upload(ctx, who, name, r)
		return err
	})
	return a.showImport(ctx, who.AccountID)(made, err)
}

type startImportInput struct {
	ByID
	Body struct {
		Mapping  []string         `json:"mapping" maxItems:"100"`
		Existing contact.Existing `json:"existing" enum:"update_empty,overwrite,skip" doc:"what is done with contacts that are there: by e-mail, else by phone number"`
	}
}

func (a *API) startContactImport(ctx context.Context, who account.Actor, in *startImportInput) (*answer[ContactImport], error) {
	return a.showImport(ctx, who.AccountID)(a.Contacts.StartImport(ctx, who, in.ID, in.Body.Mapping, in.Body.Existing))
}

// refusedLines sends the lines of an import that were refused, as they were, with what is wrong with each: mended, the same
// file can be imported again.
func (a *API) refusedLines(ctx context.Context, who account.Actor, in *ByID) (*huma.StreamResponse, error) {
	m, err := a.Contacts.Import(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	return &huma.StreamResponse{Body: func(hc huma.Context) { //nolint:contextcheck // huma hands the request's on
		w := tableFor(hc, "refused-lines.csv")
		defer w.Flush()
		_ = w.Write(harmlessAll(append(append([]string{}, m.Columns...), x.text("contact_import.line", nil), x.text("contact_import.reason", nil))))
		for after := int64(0); ; {
			lines, err := a.Contacts.ImportLines(hc.Context(), who.AccountID, m.ID, "refused", after, storage.MaxLimit)
			if err != nil || len(lines) == 0 || w.Error() != nil {
				return
			}
			for _, l := range lines {
				after = l.Line
				_ = w.Write(harmlessAll(append(append([]string{}, l.Cells...), strconv.FormatInt(l.Line, 10), x.faults(l))))
			}
		}
	}}, nil
}

// faults says what is wrong with a line.
func (x *exchange) faults(l contact.ImportLine) string {
	var all []string
	for _, p := range l.Problems {
		text := x.text(p.Code, p.Params)
		if p.Location != "" {
			text = strings.TrimPrefix(p.Location, "body.") + ": " + text
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// tableFor begins to send a table for spreadsheets, which take it for UTF-8 by its mark.
func tableFor(hc huma.Context, name string) *csv.Writer {
	hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
	hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	hc.SetHeader("Cache-Control", "no-store")
	_, _ = hc.BodyWriter().Write([]byte("\xEF\xBB\xBF"))
	return csv.NewWriter(hc.BodyWriter())
}

func harmlessAll(cells []string) []string {
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	return cells
}

// exportContacts sends the contacts that a filter picks as a table.
func (a *API) exportContacts(ctx context.Context, who account.Actor, in *struct{ ContactFilter }) (*huma.StreamResponse, error) {
	form, err := a.Templates.ContactForm(ctx, who.AccountID)
	if err != nil {
		return nil, err
	}
	f, err := a.contactFilter(ctx, who, in.ContactFilter)
	if err != nil {
		return nil, err
	}
	page := storage.Page{Limit: storage.MaxLimit}
	rows, next, err := a.Contacts.List(ctx, who.AccountID, f, page)
	if err == nil {
		err = a.Contacts.NoteExport(ctx, who)
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { //nolint:contextcheck // huma hands the request's on
		w := tableFor(hc, "contact-list.csv")
		defer w.Flush()
		_ = w.Write(contactColumns(form))
		for {
			for _, c := range rows {
				_ = w.Write(harmlessAll(contactCells(c, form)))
			}
			if next == "" || w.Error() != nil {
				return
			}
			page.Cursor = next
			var err error
			if rows, next, err = a.Contacts.List(hc.Context(), who.AccountID, f, page); err != nil {
				return
			}
		}
	}}, nil
}

func contactColumns(form templates.Form) []string {
	out := []string{"id", "name", "kind", "email", "phone", "group", "tags", "company_id", "created_at"}
	for _, f := range form.Fields {
		out = append(out, f.Key)
	}
	return harmlessAll(out)
}

func contactCells(c contact.Contact, form templates.Form) []string {
	company := ""
	if c.CompanyID != nil {
		company = c.CompanyID.String()
	}
	out := []string{
		c.ID.String(), c.Name, c.Kind, strings.Join(c.Emails, "; "), strings.Join(c.Phones, "; "), c.GroupName, strings.Join(c.Tags, "; "),
		company, c.CreatedAt.UTC().Format(time.RFC3339),
	}
	for _, f := range form.Fields {
		out = append(out, cellOf(c.Fields[f.Key]))
	}
	return out
}

// cellOf writes a field's value into one cell.
func cellOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = cellOf(x)
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		if amount, ok := v["amount"]; ok {
			return strings.TrimSpace(fmt.Sprint(amount, " ", cellOf(v["currency"])))
		}
	}
	raw, _ := json.Marshal(v)
	return string(raw)
}
