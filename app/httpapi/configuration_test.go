package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/configuration"
	"kontor/domain/ids"
)

// samplesOfConfiguration speak of nothing by id.
func samplesOfConfiguration() map[string]sample {
	plan := func(w *scene) apptest.Body {
		return apptest.Body{"document": "kontor: 1\ntags:\n  - name: T " + ids.New().String() + "\n"}
	}
	return map[string]sample{
		"export-configuration": {},
		"plan-configuration":   {body: plan},
		"apply-configuration": {body: func(w *scene) apptest.Body {
			body := plan(w)
			body["hash"] = apptest.Post[httpapi.ConfigurationPlan](w.owner, "/configuration/plan", body).Hash
			return body
		}},
	}
}

// What is set in one account is set in another by the text, and the next message there becomes what it says.
func TestConfigurationFromOneAccountToAnother(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, from := a.NewAccount(t, "From")
	made := apptest.Get[httpapi.Page[httpapi.ObjectTemplate]](from, "/object-templates").Items
	for _, o := range made {
		if o.Standard {
			changed := from.Do("PATCH", "/object-templates/"+o.ID.String(), apptest.Body{
				"defaults": apptest.Body{"title": "Carried over: {{ message.text }}", "priority": "urgent"},
			})
			require.Equal(t, 200, changed.Status, "%s", changed.Body)
		}
	}
	text := from.Do("GET", "/configuration.yaml", nil)
	require.Equal(t, 200, text.Status)
	require.Contains(t, text.Header.Get("Content-Type"), "application/yaml")
	require.Contains(t, text.Header.Get("Content-Disposition"), "kontor.yaml")
	require.Contains(t, string(text.Body), "Carried over")

	in, to := a.NewAccount(t, "To")
	page := a.PageOf(t, in)
	body := apptest.Body{"document": string(text.Body)}
	plan := apptest.Post[httpapi.ConfigurationPlan](to, "/configuration/plan", body)
	require.NotEmpty(t, plan.Changes)
	to.Do("POST", "/configuration/apply", apptest.Body{"document": string(text.Body), "hash": "another"}).
		Refused(http.StatusConflict, "configuration.changed_meanwhile")
	body["hash"] = plan.Hash
	key := to.With("Idempotency-Key", "once")
	require.Equal(t, plan, apptest.Post[httpapi.ConfigurationPlan](key, "/configuration/apply", body))
	again := key.Do("POST", "/configuration/apply", body)
	require.Equal(t, 200, again.Status, "%s", again.Body)
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	require.Empty(t, apptest.Post[httpapi.ConfigurationPlan](to, "/configuration/plan", apptest.Body{"document": string(text.Body)}).Changes)

	task, _ := page.Hear(t, "Ada", "a new kitchen")
	require.Equal(t, "Carried over: a new kitchen", task.Title)
}

func TestAConfigurationIsRefusedWithLines(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, owner := a.NewAccount(t, "Lines")
	refused := owner.With("Accept-Language", "de").Do("POST", "/configuration/plan", apptest.Body{
		"document": "kontor: 1\nteams:\n  - name: A\n    colour: red\n    members: [nobody@example.com]\n",
	}).Refused(http.StatusUnprocessableEntity, "input.invalid")
	require.Equal(t, 4, refused.Errors[0].Line)
	require.Equal(t, "body.document.teams[0].colour", refused.Errors[0].Location)
	require.Contains(t, refused.Errors[0].Message, "nicht bekannt")
	for name, test := range map[string]struct {
		document string
		status   int
	}{
		"large":       {strings.Repeat("#", configuration.MaxSize+1), http.StatusRequestEntityTooLarge},
		"much larger": {strings.Repeat("#", 3*configuration.MaxSize), http.StatusRequestEntityTooLarge},
		"a bomb":      {"kontor: 1\na: &a [x,x]\nb: &b [*a,*a,*a]\nteams: [*b,*b,*b]\n", http.StatusUnprocessableEntity},
		"a pit":       {"kontor: 1\nteams: " + strings.Repeat("[", 50_000), http.StatusUnprocessableEntity},
		"a NUL":       {"kontor: 1\naccount: {name: \"a\\0\"}\n", http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.status, owner.In(t).Do("POST", "/configuration/plan", apptest.Body{"document": test.document}).Status)
		})
	}
}

// Nothing of a channel's secrets, and nobody's, is ever in the text.
func TestAConfigurationHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	in, owner := a.NewAccount(t, "Secrets")
	page := a.PageOf(t, in)
	c, err := a.Services.Channels.Get(t.Context(), in.ID, page.Channel.ID)
	require.NoError(t, err)
	access, err := a.Services.Channels.Access(c)
	require.NoError(t, err)
	text := string(owner.Do("GET", "/configuration.yaml", nil).Body)
	require.Contains(t, text, c.ExternalID)
	require.NotContains(t, text, access.Token.Reveal())
	require.NotContains(t, strings.ToLower(text), "token")
	require.NotContains(t, strings.ToLower(text), "password")
}
