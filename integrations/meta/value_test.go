package meta

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestID(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]ID{
		`"104200000000001"`: "104200000000001", `104200000000001`: "104200000000001",
		`9007199254740993`: "9007199254740993", `186225320218532773`: "186225320218532773", // above 2^53
		`"mid.a-b.c"`: "mid.a-b.c", `"0"`: "0", `0`: "0", `""`: "", `null`: "", `1.5`: "", `1e5`: "", `-1`: "",
		`true`: "", `{"id":"1"}`: "", `["1"]`: "", `"\u0041"`: "A",
	} {
		var v struct{ ID ID }
		require.NoError(t, json.Unmarshal([]byte(`{"id":`+given+`}`), &v))
		require.Equal(t, want, v.ID, given)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		require.NoError(t, err)
		return v.UTC()
	}
	for given, want := range map[string]time.Time{
		`1698637601363`:              at("2023-10-30T03:46:41.363Z"), // milliseconds
		`1665424533`:                 at("2022-10-10T17:55:33Z"),     // seconds, as lead ads have them
		`"1698637600838"`:            at("2023-10-30T03:46:40.838Z"),
		`"1527459824"`:               at("2018-05-27T22:23:44Z"), // the dashboard's test
		`99999999999`:                at("5138-11-16T09:46:39Z"),
		`100000000000`:               at("1973-03-03T09:46:40Z"),
		`253402300799999`:            at("9999-12-31T23:59:59.999Z"),
		`"2021-07-23T09:50:48+0000"`: at("2021-07-23T09:50:48Z"),
		`"2021-07-23T09:50:48+0200"`: at("2021-07-23T07:50:48Z"),
		`"2021-07-23T09:50:48Z"`:     at("2021-07-23T09:50:48Z"),
		`0`:                          {}, `-5`: {}, `253402300800000`: {}, `9223372036854775808`: {}, `1.5`: {},
		`null`: {}, `true`: {}, `""`: {}, `"soon"`: {}, `{}`: {}, `[1]`: {}, `"0000-01-01T00:00:00Z"`: {},
	} {
		var v struct{ T Time }
		require.NoError(t, json.Unmarshal([]byte(`{"t":`+given+`}`), &v), given)
		require.Equal(t, want, v.T.Time, given)
	}
}

func TestNumbersAndSwitches(t *testing.T) {
	t.Parallel()
	var v struct {
		N Int
		F Float
		B Bool
	}
	read := func(s string) { require.NoError(t, json.Unmarshal([]byte(s), &v), s) }
	read(`{"n":"37","f":"39.920770","b":"true"}`)
	require.Equal(t, Int(37), v.N)
	require.InDelta(t, 39.92077, float64(v.F), 1e-9)
	require.True(t, bool(v.B))
	read(`{"n":37,"f":-1.3,"b":1}`)
	require.Equal(t, Int(37), v.N)
	require.InDelta(t, -1.3, float64(v.F), 1e-9)
	require.True(t, bool(v.B))
	read(`{"n":"int","f":"NaN","b":"false"}`)
	require.Zero(t, v)
	read(`{"n":{},"f":[],"b":0}`)
	require.Zero(t, v)
}

func TestValuesNeverFail(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) any { return rapid.Float64().Draw(t, "f") }),
			rapid.Custom(func(t *rapid.T) any { return rapid.String().Draw(t, "s") }),
			rapid.Custom(func(t *rapid.T) any { return rapid.Int64().Draw(t, "i") }),
			rapid.Custom(func(t *rapid.T) any { return []any{rapid.Bool().Draw(t, "b")} }),
		).Draw(t, "value")
		b, err := json.Marshal(map[string]any{"id": value, "t": value, "n": value, "f": value, "b": value})
		require.NoError(t, err)
		var v struct {
			ID ID
			T  Time
			N  Int
			F  Float
			B  Bool
		}
		require.NoError(t, json.Unmarshal(b, &v))
		_, err = json.Marshal(v) // nothing was read that cannot be written
		require.NoError(t, err)
	})
}
