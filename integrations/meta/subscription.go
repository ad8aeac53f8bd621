package meta

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"kontor/domain/channel"
)

// appHooks is what an app's dashboard says of its webhooks for one sort of object.
// See https://developers.facebook.com/docs/graph-api/reference/application/subscriptions (2026-06).
type appHooks struct {
	Object   string      `json:"object"`
	Callback string      `json:"callback_url"`
	Active   Bool        `json:"active"`
	Fields   []hookField `json:"fields"`
}

// hookField is the name of a field: alone, or with the version that its payloads have.
type hookField string

// UnmarshalJSON reads both forms.
func (f *hookField) UnmarshalJSON(b []byte) error {
	var whole struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(b, &whole) == nil {
		*f = hookField(whole.Name)
		return nil
	}
	return json.Unmarshal(b, (*string)(f))
}

// Hooks looks whether the app sends the fields of an object to our door: whatever is subscribed for a page comes only if
// the app is subscribed too. It changes nothing, because several installations may share an app. What cannot be asked is
// not held against it.
func (c *Client) Hooks(ctx context.Context, object string, fields []string) []channel.Finding {
	s := c.settings
	if s.AppToken().Empty() || s.PublicURL == "" {
		return nil
	}
	var answer struct {
		Data []appHooks `json:"data"`
	}
	_, err := c.Call(ctx, Request{
		Method: http.MethodGet, Path: []string{s.AppID, "subscriptions"}, Token: s.AppToken(),
	}, &answer)
	if err != nil {
		return nil
	}
	ours := s.PublicURL + DoorPath
	at := slices.IndexFunc(answer.Data, func(h appHooks) bool { return h.Object == object && bool(h.Active) })
	if at < 0 {
		return []channel.Finding{unheard(AppDeaf, "url", ours, "object", object)}
	}
	hooks := answer.Data[at]
	if strings.TrimRight(hooks.Callback, "/") != ours {
		return []channel.Finding{unheard(AppElsewhere, "url", ours, "callback", hooks.Callback)}
	}
	missing := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return slices.Contains(hooks.Fields, hookField(f)) })
	if len(missing) == 0 {
		return nil
	}
	f := unheard(AppFields, "fields", strings.Join(missing, ", "))
	f.Level = "warning"
	return []channel.Finding{f}
}
