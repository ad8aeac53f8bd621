package metasim

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sdkRun is what Meta's own SDK understood of the simulator's answers; its fields are those that client.mjs prints.
type sdkRun struct {
	Accounts struct {
		IDs   []string
		Sizes []int
		First map[string]any
	}
	Subscriptions struct {
		Made map[string]any
		Apps []struct {
			ID     string
			Fields []string `json:"subscribed_fields"`
		}
		Gone int
	}
	Messages struct {
		Sent          map[string]any
		Refused       sdkRefusal
		Conversations sdkList
	}
	Comments struct {
		Posts     []string
		IDs       []string
		Sizes     []int
		First     string
		Answer    string
		Hidden    map[string]any
		Read      map[string]any
		Privately map[string]any
		Again     sdkRefusal
		Gone      sdkRefusal
	}
	Leads struct {
		Forms   []map[string]any
		IDs     []string
		Sizes   []int
		Answers []map[string]any
		One     map[string]any
	}
	Errors struct{ Token, Missing, Field sdkRefusal }
}

type sdkList struct {
	IDs   []string
	Sizes []int
}

type sdkRefusal struct {
	Name, Type, Message, Trace string
	Status, Code, Subcode      int
}

// needsSDK skips where Node or the SDK's package is missing; where nothing may be left out, that is a failure.
func needsSDK(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("sdk/node_modules/facebook-nodejs-business-sdk")
	}
	if err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		require.NoError(t, err, "make deps installs it")
	}
	t.Skip("Meta's SDK for Node is not there: make deps (", err, ")")
}

// askSDK runs client.mjs against the simulator.
func (w *world) askSDK(given map[string]any) sdkRun {
	w.t.Helper()
	input, err := json.Marshal(given)
	require.NoError(w.t, err)
	cmd := exec.CommandContext(w.t.Context(), "node", "client.mjs", w.url)
	cmd.Dir = "sdk"
	cmd.Stdin = bytes.NewReader(input)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(w.t, err, complaints.String())
	var found sdkRun
	require.NoError(w.t, json.Unmarshal(out, &found), string(out))
	return found
}

// TestMetasOwnSDK has a client that nobody here wrote do what Kontor does: what it understands, and what the simulator
// wrote down, must be the same.
func TestMetasOwnSDK(t *testing.T) {
	t.Parallel()
	needsSDK(t)
	w, post := withPost(t)
	w.sim.ChangeApp(func(a *App) { a.ProofOptional = true }) // the SDK does not sign

	user, pages := w.manager(27)
	thread := w.write("Hello")
	for _, name := range []string{"Bea", "Cem", "Dora"} {
		_, err := w.sim.Write(Write{Page: w.page.ID, Person: w.addPerson(name).ID, Text: "Hi"})
		require.NoError(t, err)
	}
	var under []string
	for _, text := range []string{"How much?", "Lovely", "Where?"} {
		under = append(under, w.comment(NewComment{Post: post.ID, Person: w.anna.ID, Text: text}).ID)
	}
	form := w.leadForm()
	var leads []string
	for _, address := range []string{"a@example.org", "b@example.org", "c@example.org"} {
		leads = append(leads, w.submit(Submission{Form: form.ID, Campaign: "Autumn", Answers: []LeadAnswer{{"email", []string{address}}}}).ID)
	}
	psid := w.sim.State(w.page.ID, w.anna.ID).Thread.PSID
	require.NotEmpty(t, thread.MID)

	got := w.askSDK(map[string]any{
		"user_token": w.token(Login{User: user.ID, All: true}), "page_token": w.page.Token, "page": w.page.ID, "psid": psid,
		"post": post.ID, "comment": under[0], "form": form.ID, "fields": []string{"messages", "feed", "leadgen"},
	})

	t.Run("accounts", func(t *testing.T) {
		require.ElementsMatch(t, pages, got.Accounts.IDs)
		require.Equal(t, []int{10, 10, 7}, got.Accounts.Sizes)
		require.NotEmpty(t, got.Accounts.First["access_token"])
		require.Contains(t, got.Accounts.First["tasks"], "MESSAGING")
	})
	t.Run("subscriptions", func(t *testing.T) {
		require.Equal(t, true, got.Subscriptions.Made["success"])
		require.Len(t, got.Subscriptions.Apps, 1)
		require.Equal(t, w.sim.State("", "").App.ID, got.Subscriptions.Apps[0].ID)
		require.ElementsMatch(t, []string{"messages", "feed", "leadgen"}, got.Subscriptions.Apps[0].Fields)
		require.Zero(t, got.Subscriptions.Gone)
	})
	t.Run("messages", func(t *testing.T) {
		booked := w.sim.Ledger(LedgerQuery{Page: w.page.ID, Metadata: "sdk-1"})
		require.Len(t, booked, 1)
		require.Equal(t, "Grüße & “Zitate” 🎉", booked[0].Text)
		require.Equal(t, booked[0].MID, got.Messages.Sent["message_id"])
		require.Equal(t, psid, got.Messages.Sent["recipient_id"])
		require.Equal(t, 100, got.Messages.Refused.Code, "tags that are gone")
		require.Equal(t, []int{2, 2}, got.Messages.Conversations.Sizes)
		require.Len(t, got.Messages.Conversations.IDs, 4)
	})
	t.Run("comments", func(t *testing.T) {
		require.Equal(t, []string{post.ID}, got.Comments.Posts)
		require.Equal(t, under, got.Comments.IDs)
		require.Equal(t, []int{2, 1}, got.Comments.Sizes)
		require.Equal(t, "How much?", got.Comments.First)
		require.Equal(t, true, got.Comments.Hidden["success"])
		require.Equal(t, true, got.Comments.Read["is_hidden"])
		require.NotEmpty(t, got.Comments.Privately["message_id"])
		require.NotZero(t, got.Comments.Again.Code, "one private answer, and no second")
		require.NotZero(t, got.Comments.Gone.Code)
	})
	t.Run("leads", func(t *testing.T) {
		require.Equal(t, form.ID, got.Leads.Forms[0]["id"])
		require.NotEmpty(t, got.Leads.Forms[0]["questions"])
		require.ElementsMatch(t, leads, got.Leads.IDs)
		require.Equal(t, []int{2, 1}, got.Leads.Sizes)
		require.Equal(t, "email", got.Leads.Answers[0]["name"])
		require.Equal(t, form.ID, got.Leads.One["form_id"])
		require.Equal(t, "Autumn", got.Leads.One["campaign_name"])
	})
	t.Run("errors", func(t *testing.T) {
		for name, e := range map[string]sdkRefusal{"token": got.Errors.Token, "missing": got.Errors.Missing, "field": got.Errors.Field} {
			require.Equal(t, "FacebookRequestError", e.Name, name)
			require.NotEmpty(t, e.Trace, name)
			require.NotEmpty(t, e.Message, name)
		}
		require.Equal(t, 190, got.Errors.Token.Code)
		require.Equal(t, "OAuthException", got.Errors.Token.Type)
		require.Equal(t, 400, got.Errors.Token.Status)
		require.Equal(t, 100, got.Errors.Missing.Code)
		require.Equal(t, 33, got.Errors.Missing.Subcode)
		require.Equal(t, 100, got.Errors.Field.Code)
	})
}
