package facebook_test

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	key := func(rest string) string { return item(t, event("messaging", rest)).Key }
	change := func(time int, value string) string {
		return item(t, fmt.Appendf(nil, `{"object":"page","entry":[{"id":"1","time":%d,"changes":[{"field":"feed","value":%s}]}]}`, time, value)).Key
	}
	differ := map[string]string{
		"message":         key(`"message":{"mid":"m_1","text":"x"}`),
		"its_end":         key(`"message":{"mid":"m_1","is_deleted":true}`),
		"its_first_edit":  key(`"message_edit":{"mid":"m_1","text":"y","num_edit":1}`),
		"its_second_edit": key(`"message_edit":{"mid":"m_1","text":"z","num_edit":2}`),
		"edit_no_number":  key(`"message_edit":{"mid":"m_1","text":"a","num_edit":"int"}`),
		"edit_no_number2": key(`"message_edit":{"mid":"m_1","text":"b","num_edit":"int"}`),
		"reaction":        key(`"reaction":{"mid":"m_1","action":"react","emoji":"x"}`),
		"no_reaction":     key(`"reaction":{"mid":"m_1","action":"unreact"}`),
		"postback":        key(`"postback":{"payload":"a"}`),
		"other_postback":  key(`"postback":{"payload":"b"}`),
		"postback_mid":    key(`"postback":{"mid":"m_1","payload":"b"}`),
		"delivery":        key(`"delivery":{"mids":["m_1"],"watermark":5}`),
		"delivery_until":  key(`"delivery":{"watermark":5}`),
		"read":            key(`"read":{"watermark":5}`),
		"read_later":      key(`"read":{"watermark":6}`),
		"optin":           key(`"optin":{"ref":"1"}`),
		"hide":            change(100, `{"item":"comment","verb":"hide","comment_id":"1_2"}`),
		"hide_again":      change(200, `{"item":"comment","verb":"hide","comment_id":"1_2"}`),
		"edit_once":       change(100, `{"item":"comment","verb":"edited","comment_id":"1_2","created_time":50,"message":"a"}`),
		"edit_twice":      change(100, `{"item":"comment","verb":"edited","comment_id":"1_2","created_time":50,"message":"b"}`),
		"love":            change(100, `{"item":"reaction","verb":"add","post_id":"1_2","created_time":50,"reaction_type":"love"}`),
		"wow":             change(100, `{"item":"reaction","verb":"add","post_id":"1_2","created_time":50,"reaction_type":"wow"}`),
	}
	seen := map[string]string{}
	for name, k := range differ {
		require.Empty(t, seen[k], "%s and %s are one", name, seen[k])
		seen[k] = name
	}
	require.Equal(t, change(100, `{"item":"comment","verb":"add","comment_id":"1_2","created_time":50}`),
		change(300, `{"created_time":50,"comment_id":"1_2","verb":"add","item":"comment"}`), "delivered again, in another form")
}

func TestLanesOfChanges(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]string{
		`{"field":"feed","value":{"item":"comment","post_id":"9_5","comment_id":"5_7"}}`:      "post:5",
		`{"field":"feed","value":{"item":"like","comment_id":"5_7"}}`:                         "post:5",
		`{"field":"feed","value":{"item":"post","post_id":"113235568407508954982106975284"}}`: "post:113235568407508954982106975284",
		`{"field":"feed","value":{"item":"album"}}`:                                           "page",
		`{"field":"leadgen","value":{"leadgen_id":12}}`:                                       "lead:12",
		`{"field":"leadgen","value":{}}`:                                                      "page",
		`{"field":"name","value":"New name"}`:                                                 "page",
	} {
		require.Equal(t, want, item(t, []byte(`{"object":"page","entry":[{"id":"1","time":1,"changes":[`+change+`]}]}`)).Lane, change)
	}
}

// within tells whether part is a piece of whole: of its memory, not a copy.
func within(part, whole []byte) bool {
	p, w := uintptr(unsafe.Pointer(unsafe.SliceData(part))), uintptr(unsafe.Pointer(unsafe.SliceData(whole)))
	return len(part) == 0 || p >= w && p+uintptr(len(part)) <= w+uintptr(len(whole))
}

// FuzzSplit takes any body apart: nothing is lost, nothing panics, the same comes out each time, and the bytes are the
// body's own.
func FuzzSplit(f *testing.F) {
	for _, name := range recorded(f, "webhook/*/*.json") {
		f.Add(body(f, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		routed, unrouted := door().Split(body)
		require.NotZero(t, len(routed)+len(unrouted))
		again, unroutedAgain := door().Split(body)
		require.Equal(t, routed, again)
		require.Equal(t, unrouted, unroutedAgain)
		for _, u := range unrouted {
			require.True(t, within(u.Raw, body))
			require.NotEmpty(t, u.Reason)
		}
		for _, r := range routed {
			require.True(t, within(r.Item.Raw, body))
			require.NotEmpty(t, r.Item.Key)
			require.NotEmpty(t, r.Item.Lane)
			require.NotEmpty(t, r.Item.Type)
			_, _ = offline().Parse(r.Item)
		}
	})
}
