package httpapi_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/ids"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	huge := `{"name":"` + strings.Repeat("x", 1<<20) + `"}`
	for _, test := range []struct {
		name, method, path string
		body               any
		status             int
		code               string
		location           string // of the first fault
		fault              string
	}{
		{"unknown_address", "GET", "/nothing", nil, 404, "request.not_found", "", ""},
		{"unknown_address_beside_the_api", "GET", "//api/nothing", nil, 404, "request.not_found", "", ""},
		{"method", "PUT", "/teams", apptest.Body{}, 405, "request.method", "", ""},
		{"id_that_is_none", "GET", "/teams/7", nil, 404, "request.not_found", "", ""},
		{"id_of_nothing", "GET", "/teams/" + ids.New().String(), nil, 404, "team.not_found", "", ""},
		{"no_body", "POST", "/teams", nil, 400, "request.body_required", "", ""},
		{"not_json", "POST", "/teams", "{", 400, "request.malformed", "", ""},
		{"json_of_another_shape", "POST", "/teams", "[]", 422, "input.invalid", "body", "input.type"},
		{"too_large", "POST", "/teams", huge, 413, "request.too_large", "", ""},
		{"unknown_key", "POST", "/teams", apptest.Body{"name": "x", "boss": 1}, 422, "input.invalid", "body.boss", "input.unknown"},
		{"missing_key", "POST", "/teams", apptest.Body{}, 422, "input.invalid", "body.name", "input.required"},
		{"wrong_type", "POST", "/teams", apptest.Body{"name": 5}, 422, "input.invalid", "body.name", "input.type"},
		{"object_for_text", "POST", "/teams", apptest.Body{"name": apptest.Body{"$ne": 1}}, 422, "input.invalid", "body.name", "input.type"},
		{"too_long", "POST", "/teams", apptest.Body{"name": strings.Repeat("x", 101)}, 422, "input.invalid", "body.name", "input.too_long"},
		{"only_space", "POST", "/teams", apptest.Body{"name": " "}, 422, "input.invalid", "body.name", "input.required"},
		{"control_characters", "POST", "/teams", apptest.Body{"name": "a\nb"}, 422, "input.invalid", "body.name", "input.characters"},
		{"nul", "POST", "/teams", apptest.Body{"name": "a\x00b"}, 400, "request.malformed", "", ""},
		{"null_for_what_has_none", "PATCH", "/me", apptest.Body{"name": nil}, 422, "input.invalid", "body.name", "input.null"},
		{"not_of_the_choice", "PATCH", "/me", apptest.Body{"language": "fr"}, 422, "input.invalid", "body.language", "input.choice"},
		{"id_in_the_body_that_is_none", "POST", "/teams", apptest.Body{"name": "x", "member_ids": []any{"7"}}, 422, "input.invalid", "body.member_ids[0]", "input.format"},
		{"id_in_the_body_of_nobody", "POST", "/teams", apptest.Body{"name": "x", "member_ids": []any{ids.New()}}, 422, "input.invalid", "body.member_ids[0]", "staff.not_found"},
		{"limit", "GET", "/teams?limit=201", nil, 422, "input.invalid", "query.limit", "input.number_max"},
		{"limit_that_is_no_number", "GET", "/teams?limit=x", nil, 422, "input.invalid", "query.limit", "input.type"},
		{"cursor", "GET", "/teams?cursor=zzz", nil, 422, "input.invalid", "query.cursor", "input.cursor"},
		{"unknown_parameter", "GET", "/teams?offset=5", nil, 422, "input.invalid", "query.offset", "input.unknown"},
		{"nul_in_the_query", "GET", "/audit?object_id=%00", nil, 400, "request.malformed", "", ""},
		{"no_utf8_in_the_query", "GET", "/audit?object_id=%ff", nil, 400, "request.malformed", "", ""},
		{"no_utf8_in_the_path", "GET", "/teams/%ff", nil, 400, "request.malformed", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer := a.Admin.In(t).Do(test.method, test.path, test.body)
			p := answer.Refused(test.status, test.code)
			require.Equal(t, answer.Header.Get("X-Request-Id"), p.RequestID)
			require.Equal(t, test.status, p.Status)
			require.NotEqual(t, p.Code, p.Detail, "no words")
			if test.location != "" {
				require.NotEmpty(t, p.Errors)
				require.Equal(t, test.location, p.Errors[0].Location)
				require.Equal(t, test.fault, p.Errors[0].Code)
				require.NotEqual(t, test.fault, p.Errors[0].Message, "no words")
			}
		})
	}
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	require.Equal(t, "Bitte melden Sie sich an.", a.Anonymous.With("Accept-Language", "de").Do("GET", "/me", nil).Problem().Detail)
	member := a.Member.In(t)
	apptest.Patch[httpapi.Me](member, "/me", apptest.Body{"language": "de"})
	faults := member.Do("PATCH", "/me", apptest.Body{"name": ""}).Problem()
	require.Equal(t, "Bitte prüfen Sie die markierten Angaben.", faults.Detail)
	require.Equal(t, "Diese Angabe fehlt.", faults.Errors[0].Message)
	require.Equal(t, "Please check the marked entries.",
		member.With("Accept-Language", "en").Do("PATCH", "/me", apptest.Body{"name": ""}).Problem().Detail)
}

func TestRefusedInputIsNotRepeated(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, body := range []any{
		apptest.Body{"email": "x@y.example", "password": []string{"canary"}},
		apptest.Body{"email": "x@y.example", "password": strings.Repeat("canary", 1000)},
		`{"email":"x@y.example","password":"canary`,
		apptest.Body{"email": "x@y.example", "password": "canary", "more": "canary"},
	} {
		answer := a.Anonymous.Do("POST", "/session", body)
		require.Equal(t, 4, answer.Status/100)
		require.NotContains(t, string(answer.Body), "canary")
	}
	require.NotContains(t, a.Log.String(), "canary")
}

// A database that is gone is the fault that reaches the most code.
func TestFaultsOfOursShowNothingOfTheInside(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	require.NoError(t, a.DB.Close())
	answer := a.Owner.Do("GET", "/teams", nil)
	require.Contains(t, []int{http.StatusInternalServerError, http.StatusServiceUnavailable}, answer.Status)
	p := answer.Problem()
	for _, inside := range []string{"sql", "database is closed", "gorm", "staff AS"} {
		require.NotContains(t, string(answer.Body), inside)
	}
	apptest.Eventually(t, func() bool { return strings.Contains(a.Log.String(), "database is closed") }, "the log says why")
	require.Contains(t, a.Log.String(), p.RequestID)

	ready := a.Anonymous.Do("GET", "//readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, ready.Status)
	require.Contains(t, string(ready.Body), `"database":"down"`)
	require.Equal(t, http.StatusOK, a.Anonymous.Do("GET", "//healthz", nil).Status)
}

func TestPanicsAreProblems(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"error": errors.New("canary"), "text": "canary"} {
		status, body := httpapi.Panic(t, value)
		require.Equal(t, http.StatusInternalServerError, status, name)
		require.Contains(t, body, "error.internal")
		require.NotContains(t, body, "canary")
	}
}
