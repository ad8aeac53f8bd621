package meta

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/secret"
)

// plain is a kind for tests of the door: its items say where they stood.
type plain struct {
	channel.Adapter
	kind, object string
}

func (p plain) Describe() channel.Description { return channel.Description{Kind: p.kind} }

func (p plain) Object() string { return p.object }

func (p plain) Item(e Element) channel.Item {
	return channel.Item{Type: e.List + "/" + e.Field, Key: e.EntryID, OccurredAt: e.EntryTime.Time}
}

func testDoor(secrets ...string) *Door {
	s := Settings{VerifyToken: secret.New("meatyhamhock")}
	for _, v := range secrets {
		s.AppSecrets = append(s.AppSecrets, secret.New(v))
	}
	return NewDoor(s, plain{kind: "pages", object: "page"}, plain{kind: "photos", object: "photos"})
}

const (
	vectorBody = `{"object":"page","entry":[{"id":"1111","time":1698637601363,"messaging":[{"sender":{"id":"2222"},` +
		`"recipient":{"id":"1111"},"timestamp":1698637600838,"message":{"mid":"m_test",` +
		`"text":"\u00e4\u00f6\u00e5 \ud83d\ude22 https:\/\/example.org"}}]}]}`
	vectorSHA256 = "sha256=27fec50b30194f1a70d1b0051a4cf420ad1a76a876232f86dea94a70d943eb3a"
	vectorSHA1   = "sha1=610583bdfa345a2a05b18c54fa4451a1f17b9492"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	header := func(sha256 string) http.Header {
		h := http.Header{}
		h.Set("X-Hub-Signature-256", sha256)
		h.Set("X-Hub-Signature", vectorSHA1)
		return h
	}
	var compact any
	require.NoError(t, json.Unmarshal([]byte(vectorBody), &compact))
	decoded, err := json.Marshal(compact)
	require.NoError(t, err)

	for name, c := range map[string]struct {
		secrets []string
		header  http.Header
		body    string
		want    error
	}{
		"right":                    {[]string{"test_app_secret"}, header(vectorSHA256), vectorBody, nil},
		"second_secret":            {[]string{"new", "test_app_secret"}, header(vectorSHA256), vectorBody, nil},
		"upper_case_hex":           {[]string{"test_app_secret"}, header("sha256=" + strings.ToUpper(vectorSHA256[7:])), vectorBody, nil},
		"secret_taken_away":        {[]string{"new"}, header(vectorSHA256), vectorBody, ErrSignature},
		"no_secret":                {nil, header(vectorSHA256), vectorBody, ErrSignature},
		"empty_secret":             {[]string{""}, header("sha256=" + emptySecretMAC(vectorBody)), vectorBody, ErrSignature},
		"decoded_and_encoded":      {[]string{"test_app_secret"}, header(vectorSHA256), string(decoded), ErrSignature},
		"spaced":                   {[]string{"test_app_secret"}, header(vectorSHA256), vectorBody + "\n", ErrSignature},
		"one_byte_less":            {[]string{"test_app_secret"}, header(vectorSHA256[:len(vectorSHA256)-2]), vectorBody, ErrSignature},
		"not_hex":                  {[]string{"test_app_secret"}, header("sha256=" + strings.Repeat("zz", 32)), vectorBody, ErrSignature},
		"sha1_in_its_place":        {[]string{"test_app_secret"}, header(vectorSHA1), vectorBody, ErrSignature},
		"no_prefix":                {[]string{"test_app_secret"}, header(vectorSHA256[7:]), vectorBody, ErrSignature},
		"only_the_sha1_header":     {[]string{"test_app_secret"}, http.Header{"X-Hub-Signature": {vectorSHA1}}, vectorBody, ErrSignature},
		"none":                     {[]string{"test_app_secret"}, http.Header{}, vectorBody, ErrSignature},
		"empty":                    {[]string{"test_app_secret"}, header(""), vectorBody, ErrSignature},
		"signature_of_another_app": {[]string{"other"}, header(vectorSHA256), vectorBody, ErrSignature},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, testDoor(c.secrets...).Verify(c.header, []byte(c.body)), c.want)
		})
	}
}

func emptySecretMAC(body string) string {
	s := Settings{AppSecrets: []secret.Text{secret.New("")}}
	return s.proof(secret.New(body))
}

func FuzzVerify(f *testing.F) {
	f.Add(vectorSHA256[:20], vectorBody)
	f.Add("sha256=", "")
	f.Fuzz(func(t *testing.T, header, body string) {
		if header == vectorSHA256 {
			return
		}
		require.ErrorIs(t, testDoor("test_app_secret").Verify(http.Header{"X-Hub-Signature-256": {header}}, []byte(body)), ErrSignature)
	})
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	ask := func(d *Door, query string) (string, error) {
		v, err := url.ParseQuery(query)
		require.NoError(t, err)
		return d.Handshake(v)
	}
	got, err := ask(testDoor(), "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock")
	require.NoError(t, err)
	require.Equal(t, "1158201444", got)
	for _, wrong := range []string{
		"", "hub.mode=subscribe&hub.challenge=1", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
		"hub.mode=subscribe&hub.challenge=1&hub.verify_token=meatyhamhoc", "hub.challenge=1&hub.verify_token=meatyhamhock",
		"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=meatyhamhock",
	} {
		got, err := ask(testDoor(), wrong)
		require.ErrorIs(t, err, ErrVerifyToken, wrong)
		require.Empty(t, got)
	}
	_, err = ask(NewDoor(Settings{}), "hub.mode=subscribe&hub.challenge=1&hub.verify_token=")
	require.ErrorIs(t, err, ErrVerifyToken, "without a token nobody is right")
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	require.False(t, testDoor().Configured())
	require.True(t, testDoor("s").Configured())
	require.Equal(t, "meta", testDoor().Name())
	require.Equal(t, "/webhooks/meta", testDoor().Path())
}

func TestSplit(t *testing.T) {
	t.Parallel()
	type got struct {
		routed   []string // kind, external id, type, bytes
		unrouted []string // object, entry id, reason
	}
	for name, c := range map[string]struct {
		body string
		want got
	}{
		"two_pages_two_kinds": {
			`{"object":"page","entry":[{"id":"1","messaging":[{"a":1}, {"b":2}]},{"id":2,"changes":[{"field":"feed"}]}]}`,
			got{routed: []string{`pages 1 messaging/ {"a":1}`, `pages 1 messaging/ {"b":2}`, `pages 2 changes/feed {"field":"feed"}`}},
		},
		"another_kind": {
			`{"entry":[{"id":"1","messaging":[{}]}],"object":"photos"}`, got{routed: []string{`photos 1 messaging/ {}`}},
		},
		"several_lists_of_an_entry": {
			`{"object":"page","entry":[{"id":"1","standby":[{"s":1}],"messaging":[{"m":1}],"hop_context":{"app_id":1}}]}`,
			got{routed: []string{`pages 1 messaging/ {"m":1}`, `pages 1 standby/ {"s":1}`}},
		},
		"values_that_are_no_objects": {
			`{"object":"page","entry":[{"id":"1","messaging":[null,5,"x",[]],"changes":{"field":"feed"}}]}`,
			got{routed: []string{`pages 1 messaging/ null`, `pages 1 messaging/ 5`, `pages 1 messaging/ "x"`, `pages 1 messaging/ []`,
				`pages 1 changes/feed {"field":"feed"}`}},
		},
		"a_fault_in_one_entry_only": {
			`{"object":"page","entry":[{"id":"0","messaging":[{}]},7,{"messaging":[{}]},{"id":"3"},{"id":"4","messaging":[]},{"id":"5","messaging":[{}]}]}`,
			got{[]string{`pages 5 messaging/ {}`},
				[]string{"page 0 test_event", "page  unknown_shape", "page  unknown_shape", "page 3 unknown_shape", "page 4 unknown_shape"}},
		},
		"other_object":    {`{"object":"permissions","entry":[{"id":"1","changes":[{}]}]}`, got{unrouted: []string{"permissions 1 other_object"}}},
		"no_object":       {`{"entry":[{"id":"1","messaging":[{}]}]}`, got{unrouted: []string{" 1 other_object"}}},
		"field_and_value": {`{"object":"page","entry":[{"id":"1","field":"messages","value":{}}]}`, got{unrouted: []string{"page 1 test_event"}}},
		"bare_test":       {`{"field":"messages","value":{}}`, got{unrouted: []string{"  test_event"}}},
		"no_entries":      {`{"object":"page","entry":[]}`, got{unrouted: []string{"page  unknown_shape"}}},
		"entry_no_list":   {`{"object":"page","entry":{"id":"1"}}`, got{unrouted: []string{"page  unknown_shape"}}},
		"array":           {`[1]`, got{unrouted: []string{"  unknown_shape"}}},
		"not_json":        {`{"object":"page"`, got{unrouted: []string{"  not_json"}}},
		"empty":           {``, got{unrouted: []string{"  not_json"}}},
		"deep":            {strings.Repeat("[", 100_000), got{unrouted: []string{"  not_json"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var g got
			routed, unrouted := testDoor().Split([]byte(c.body))
			for _, r := range routed {
				g.routed = append(g.routed, strings.Join([]string{r.Kind, r.ExternalIDs[0], r.Item.Type, string(r.Item.Raw)}, " "))
			}
			for _, u := range unrouted {
				require.Contains(t, c.body, string(u.Raw))
				g.unrouted = append(g.unrouted, strings.Join([]string{u.Object, u.EntryID, u.Reason}, " "))
			}
			require.Equal(t, c.want, g)
		})
	}
}

func TestSplitKeepsTheEnvelope(t *testing.T) {
	t.Parallel()
	routed, _ := testDoor().Split([]byte(`{"object":"page","entry":[{"id":104200000000001,"time":"1698637600838","changes":[{"field":"feed"}]}]}`))
	require.Equal(t, channel.Envelope{Object: "page", EntryID: "104200000000001", Time: "1698637600838", Field: "feed"}, routed[0].Item.Envelope)
	require.Equal(t, ParseTime("1698637600838").Time, routed[0].Item.OccurredAt)
}
