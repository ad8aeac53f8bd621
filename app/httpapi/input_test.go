package httpapi_test

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"kontor/app/httpapi"
)

func TestOptional(t *testing.T) {
	t.Parallel()
	type change struct {
		Name  httpapi.Optional[string]  `json:"name,omitzero"`
		Until httpapi.Optional[*string] `json:"until,omitzero"`
	}
	read := func(text string) change {
		var c change
		require.NoError(t, json.Unmarshal([]byte(text), &c))
		return c
	}
	t.Run("left_out", func(t *testing.T) {
		t.Parallel()
		c := read(`{}`)
		require.Nil(t, c.Name.Ptr())
		require.Nil(t, c.Until.Ptr())
	})
	t.Run("sent", func(t *testing.T) {
		t.Parallel()
		c := read(`{"name":"","until":"monday"}`)
		require.Empty(t, *c.Name.Ptr())
		require.Equal(t, "monday", **c.Until.Ptr())
	})
	t.Run("null", func(t *testing.T) {
		t.Parallel()
		c := read(`{"name":null,"until":null}`)
		require.Nil(t, *c.Until.Ptr(), "null is the value that empties it")
		require.Len(t, c.Name.Resolve(nil, huma.NewPathBuffer(nil, 0)), 1, "null means nothing to what cannot be empty")
		require.Empty(t, c.Until.Resolve(nil, huma.NewPathBuffer(nil, 0)))
	})
}
