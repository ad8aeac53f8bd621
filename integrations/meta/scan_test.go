package meta

import (
	"bytes"
	"encoding/json"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestMembersAndElements(t *testing.T) {
	t.Parallel()
	body := []byte(" {\n \"a\" : [ 1 , \"]\\\"}\" , {\"x\":{}} , null,true ] ,\"\\u0062\":-1.5e3 , \"c\":\"\\\\\",\"d\":{ }, \"e\":[ ]}  ")
	require.True(t, json.Valid(body))
	got := map[string]string{}
	var names []string
	for name, value := range Members(body) {
		names = append(names, name)
		got[name] = string(value)
		require.True(t, within(value, body))
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, names)
	require.Equal(t, map[string]string{
		"a": `[ 1 , "]\"}" , {"x":{}} , null,true ]`, "b": "-1.5e3", "c": `"\\"`, "d": "{ }", "e": "[ ]",
	}, got)
	var elements []string
	for e := range Elements([]byte(got["a"])) {
		elements = append(elements, string(e))
	}
	require.Equal(t, []string{"1", `"]\"}"`, `{"x":{}}`, "null", "true"}, elements)
}

func TestScanningWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, none := range []string{"", " ", "1", `"x"`, "null", "{}", "[]", " { } ", " [ ] "} {
		for range Members([]byte(none)) {
			t.Errorf("%q has a member", none)
		}
		for range Elements([]byte(none)) {
			t.Errorf("%q has an element", none)
		}
	}
	for range Members([]byte(`{"a":1,"b":2}`)) {
		break // stopping early is allowed
	}
	for range Elements([]byte(`[1,2]`)) {
		break
	}
}

// within tells whether part is a piece of whole: of its memory, not a copy.
func within(part, whole []byte) bool {
	if len(part) == 0 {
		return true
	}
	p, w := uintptr(unsafe.Pointer(unsafe.SliceData(part))), uintptr(unsafe.Pointer(unsafe.SliceData(whole)))
	return p >= w && p+uintptr(len(part)) <= w+uintptr(len(whole))
}

// FuzzScan compares the walk with encoding/json.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,{"b":"\\\""}],"c":null}`, `[[],{},"",0,-0.1e+1,true]`, " [ \"\\u005d\" , [ ] ] ", `{"":{"":""}}`, `{"a":1,"a":2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		var list []json.RawMessage
		if json.Unmarshal(body, &list) == nil {
			i := 0
			for e := range Elements(body) {
				require.True(t, bytes.Equal(list[i], e))
				require.True(t, within(e, body))
				i++
			}
			require.Len(t, list, i)
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) == nil {
			seen := map[string][]byte{}
			for name, value := range Members(body) {
				seen[name] = value
				require.True(t, within(value, body))
			}
			require.Len(t, seen, len(object))
			for name, value := range object {
				require.True(t, bytes.Equal(value, seen[name]), "the last of a name counts, as in encoding/json")
			}
		}
	})
}
