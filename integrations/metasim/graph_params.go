package metasim

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// params are a call's parameters from wherever they came: query, form, multipart or JSON. A value that is no text is
// kept as its JSON, which is the form that the other encodings give it anyway.
type params map[string]string

// uploadedFile is the filedata part of a multipart call.
type uploadedFile struct {
	name, contentType string
	data              []byte
}

// maxCall bounds a call's body: the largest file and its wrapping.
const maxCall = maxFile + 1<<20

var errTooLarge = errors.New("the body is larger than any file may be")

// readParams reads every parameter of a call. The body wins over the query.
func readParams(w http.ResponseWriter, r *http.Request) (params, *uploadedFile, error) {
	p := params{}
	p.add(r.URL.Query())
	if r.Body == nil || r.Method == http.MethodGet {
		return p, nil, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxCall)
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		upload, err := p.readMultipart(multipart.NewReader(r.Body, options["boundary"]))
		return p, upload, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return p, nil, errTooLarge
	}
	if kind == "application/json" {
		return p, nil, p.addJSON(body)
	}
	form, err := url.ParseQuery(string(body))
	p.add(form)
	return p, nil, err
}

func (p params) add(values url.Values) {
	for name, all := range values {
		p[name] = all[len(all)-1]
	}
}

func (p params) addJSON(body []byte) error {
	if len(strings.TrimSpace(string(body))) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for name, raw := range fields {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		if string(raw) != "null" {
			p[name] = text
		}
	}
	return nil
}

func (p params) readMultipart(m *multipart.Reader) (*uploadedFile, error) {
	var upload *uploadedFile
	for {
		part, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return upload, nil
		}
		if err != nil {
			return upload, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return upload, errTooLarge
		}
		if part.FileName() != "" || part.FormName() == "filedata" {
			upload = &uploadedFile{name: part.FileName(), contentType: part.Header.Get("Content-Type"), data: data}
			continue
		}
		p[part.FormName()] = string(data)
	}
}

// object reads a parameter that is a JSON object into v; false when it is missing.
func (p params) object(name string, v any) (bool, *graphError) {
	text := p[name]
	if text == "" {
		return false, nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return false, parameterError("Param %s must be a valid JSON object.", name)
	}
	return true, nil
}

// anyID reads an id that may be a text or a number, without ever taking it for a floating point number.
type anyID string

// UnmarshalJSON reads a text or a number.
func (id *anyID) UnmarshalJSON(raw []byte) error {
	var n json.Number
	if err := json.Unmarshal(raw, &n); err == nil {
		*id = anyID(n)
		return nil
	}
	var text string
	err := json.Unmarshal(raw, &text)
	*id = anyID(text)
	return err
}
