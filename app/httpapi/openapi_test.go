package httpapi_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
)

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	raw := a.Anonymous.Do("GET", "/openapi.json", nil)
	require.Equal(t, "application/openapi+json", raw.Header.Get("Content-Type"))

	t.Run("is_valid", func(t *testing.T) {
		t.Parallel()
		doc, err := openapi3.NewLoader().LoadFromData(raw.Body)
		require.NoError(t, err)
		require.NoError(t, doc.Validate(t.Context()))
		require.Equal(t, "3.1.0", doc.OpenAPI)
	})
	doc := document(t, a)
	t.Run("holds_every_route_with_its_permission", func(t *testing.T) {
		t.Parallel()
		n := 0
		for _, r := range a.API.Routes() {
			op := doc.Paths[r.Path][strings.ToLower(r.Method)]
			require.Equal(t, r.ID, op.OperationID)
			require.Equal(t, string(r.Permission), op.Permission)
			n++
		}
		for _, item := range doc.Paths {
			n -= len(item)
		}
		require.Zero(t, n, "routes that are not in the table")
	})
	t.Run("changes_demand_no_key", func(t *testing.T) {
		t.Parallel()
		for path, item := range doc.Paths {
			op, ok := item["patch"]
			if ok && op.OperationID != "switch-account" {
				require.Empty(t, op.input(doc).Required, "PATCH %s: give its Optional fields omitzero", path)
			}
		}
	})
	t.Run("says_of_ids_what_they_are", func(t *testing.T) {
		t.Parallel()
		for path, item := range doc.Paths {
			for method, op := range item {
				for place, s := range op.ids(doc) {
					if strings.HasSuffix(place, "external_id") || strings.HasSuffix(place, "external_ids[]") {
						continue // the platform's
					}
					require.Equal(t, "uuid", s.Format, "%s %s: give %s the format uuid", method, path, place)
				}
			}
		}
	})
	t.Run("offers_idempotency_on_everything_that_creates", func(t *testing.T) {
		t.Parallel()
		for path, item := range doc.Paths {
			op, ok := item["post"]
			if ok && op.Permission != "public" {
				found := false
				for _, p := range op.Parameters {
					found = found || p.Name == "Idempotency-Key"
				}
				require.True(t, found, "POST %s", path)
			}
		}
	})
}

var outside = regexp.MustCompile(`(?i)(https?:)?//[a-z]|@import|\burl\(`)

func TestDocsPageNeedsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, path := range []string{"", "/docs.js", "/docs.css"} {
		answer := a.Anonymous.Do("GET", "//api/docs"+path, nil)
		require.Equal(t, 200, answer.Status)
		require.NotRegexp(t, outside, string(answer.Body))
		policy := answer.Header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
	}
}
