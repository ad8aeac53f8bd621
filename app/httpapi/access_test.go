package httpapi_test

import (
	"bufio"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/clock/clocktest"
)

// unseen is in every text that somebody has written on a channel to which the caller has no access.
const unseen = "Not-For-Your-Eyes"

// words are what people write in the scene.
func (w *scene) words() string {
	if w.blind {
		return unseen
	}
	return w.account.Name
}

// hide notes that an id is of something that the caller must not have.
func (w *scene) hide(id string) string {
	if w.hidden != nil {
		w.hidden[id] = true
	}
	return id
}

// shut takes the caller's access to the account's channel away, when everything has been made.
func (w *scene) shut() {
	if w.blind {
		closeChannel(w.t, w.app, w.owner, w.account, nil)
	}
}

// closeChannel leaves the account's channel to those who are named.
func closeChannel(t testing.TB, a *apptest.App, owner *apptest.Client, in account.Account, staff []apptest.Body) {
	t.Helper()
	if staff == nil {
		staff = []apptest.Body{}
	}
	path := "/channels/" + a.PageOf(t, in).Channel.ID.String() + "/access"
	answer := owner.In(t).Do("PUT", path, apptest.Body{"all_staff": "none", "all_teams": "none", "staff": staff, "teams": []apptest.Body{}})
	require.Equal(t, http.StatusOK, answer.Status, "%s", answer.Body)
}

// TestRouteMatrixWithoutAccess calls every route that members may call as a member who has no access to the channel of the
// tasks that the call speaks of. Whatever names something of such a task must be answered as if it were not there, and
// whatever lists must not show what was written there: a new route that leaks fails here by its sample alone.
func TestRouteMatrixWithoutAccess(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	all := samples()
	for _, r := range a.API.Routes() {
		if r.Permission != httpapi.Member && r.Permission != httpapi.Person {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			callBlind(t, a, r, all[r.ID])
		})
	}
}

func callBlind(t *testing.T, a *apptest.App, r httpapi.Route, s sample) {
	in, owner := a.NewAccount(t, "Blind")
	w := newScene(t, a, in, owner, account.Member)
	w.blind, w.hidden = true, map[string]bool{}
	known(w)
	clear(w.hidden)
	var used []string
	spied := s.spied(func(place, id string) { used = append(used, place+"="+id) })
	client := a.Open(t, w.caller).In(t)
	answer := w.call(client, r, spied, nil)
	require.NotContains(t, string(answer.Body), unseen)
	require.Less(t, answer.Status, http.StatusInternalServerError, "%s", answer.Body)
	for _, one := range used {
		if place, id, _ := strings.Cut(one, "="); w.hidden[id] || w.known.ID.String() == id {
			requireNothing(t, place, answer)
		}
	}
	if len(s.query) > 0 {
		s.query = nil
		all := w.call(client, r, s, nil)
		require.NotContains(t, string(all.Body), unseen)
		require.Less(t, all.Status, http.StatusInternalServerError, "%s", all.Body)
	}
}

// spied returns the sample with makers that tell what they have made.
func (s sample) spied(tell func(place, id string)) sample {
	spy := func(where string, makers map[string]maker) map[string]maker {
		out := map[string]maker{}
		for name, make := range makers {
			out[name] = func(w *scene) string {
				id := make(w)
				tell(where+name, id)
				return id
			}
		}
		return out
	}
	s.path, s.query, s.refs = spy("path.", s.path), spy("query.", s.query), spy("body.", s.refs)
	return s
}

func TestRolesOnAChannel(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	in, owner := a.NewAccount(t, "Rights")
	viewer, contributor, other := a.NewPerson(t, in, account.Member), a.NewPerson(t, in, account.Member), a.NewPerson(t, in, account.Member)
	made, _ := a.PageOf(t, in).Hear(t, "Ada", "Where is my sofa?")
	path := "/tasks/" + made.ID.String()
	closeChannel(t, a, owner, in, []apptest.Body{
		{"staff_id": viewer.ID, "role": "viewer"}, {"staff_id": contributor.ID, "role": "contributor"},
	})

	v, c, o := a.Open(t, viewer).In(t), a.Open(t, contributor).In(t), a.Open(t, other).In(t)
	require.Equal(t, "viewer", string(apptest.Get[httpapi.Task](v, path).MyRole))
	require.Equal(t, "contributor", string(apptest.Get[httpapi.Task](c, path).MyRole))
	o.Do("GET", path, nil).Refused(http.StatusNotFound, "task.not_found")
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Task]](o, "/tasks").Items)
	require.Empty(t, apptest.Get[httpapi.Page[httpapi.Task]](o, "/tasks?q=sofa").Items)
	require.Len(t, apptest.Get[httpapi.Page[httpapi.Task]](v, "/tasks?q=sofa").Items, 1)
	require.Equal(t, "none", string(apptest.Get[httpapi.Page[httpapi.Channel]](o, "/channels").Items[0].MyRole))

	public := apptest.Body{"text": "It comes on Monday.", "visibility": "public"}
	v.Do("POST", path+"/comments", public).Refused(http.StatusForbidden, "access.read_only")
	v.Do("POST", path+"/split", apptest.Body{"comment_ids": commentIDs(v, path)}).Refused(http.StatusForbidden, "access.read_only")
	for _, change := range []apptest.Body{{"title": "Mine"}, {"priority": "high"}, {"status": "new"}, {"unread": false}} {
		answer := v.Do("PATCH", path, change)
		if change["status"] == nil {
			answer.Refused(http.StatusForbidden, "access.read_only")
		}
	}
	v.Do("PATCH", path, apptest.Body{"assignee_ids": []string{contributor.ID.String()}}).Refused(http.StatusForbidden, "access.others")
	apptest.Patch[httpapi.Task](v, path, apptest.Body{"participant_ids": []string{viewer.ID.String()}})
	apptest.Patch[httpapi.Task](v, path, apptest.Body{"tags": []string{"late"}, "topic": "Sofas"})
	apptest.Post[httpapi.Comment](v, path+"/comments", apptest.Body{"text": "I saw it", "visibility": "internal"})

	answer := c.Do("PATCH", path, apptest.Body{"assignee_ids": []string{other.ID.String()}})
	require.Equal(t, "access.no_access", answer.Problem().Errors[0].Code, "%s", answer.Body)
	written := apptest.Post[httpapi.Comment](c, path+"/comments", apptest.Body{"text": "Monday.", "visibility": "public", "undo_seconds": 60})
	message := "/messages/" + written.Deliveries[0].MessageID.String()
	v.Do("POST", message+"/cancel", nil).Refused(http.StatusForbidden, "access.read_only")
	o.Do("GET", message, nil).Refused(http.StatusNotFound, "message.not_found")
	apptest.Post[httpapi.Message](c, message+"/cancel", nil)
}

func commentIDs(c *apptest.Client, path string) []string {
	var list []string
	for _, x := range apptest.Get[httpapi.Page[httpapi.Comment]](c, path+"/comments").Items {
		list = append(list, x.ID.String())
	}
	return list
}

func TestLosingAccessKeepsWhatIsAssigned(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	in, owner := a.NewAccount(t, "Losing")
	owner = owner.In(t)
	p := a.NewPerson(t, in, account.Member)
	made, _ := a.PageOf(t, in).Hear(t, "Ada", "Where is my sofa?")
	task, path := "/tasks/"+made.ID.String(), "/channels/"+a.PageOf(t, in).Channel.ID.String()+"/access"
	apptest.Patch[httpapi.Task](owner, task, apptest.Body{"assignee_ids": []string{p.ID.String()}})
	closed := apptest.Body{"all_staff": "none", "all_teams": "none", "staff": []apptest.Body{}, "teams": []apptest.Body{}, "try": true}

	var tried httpapi.ChannelAccess
	owner.Do("PUT", path, closed).Into(&tried)
	require.Equal(t, 1, tried.Losing[0].OpenTasks)
	require.Equal(t, p.ID, tried.Losing[0].ID)
	c := a.Open(t, p).In(t)
	apptest.Get[httpapi.Task](c, task) // it was only tried

	closed["try"] = false
	owner.Do("PUT", path, closed)
	c.Do("GET", task, nil).Refused(http.StatusNotFound, "task.not_found")
	require.Equal(t, p.ID, apptest.Get[httpapi.Task](owner, task).Assignees[0].ID)

	m := apptest.Get[httpapi.AccessMatrix](owner, "/access")
	at := slices.IndexFunc(m.Cells, func(x httpapi.AccessCell) bool { return x.ID == p.ID })
	require.Equal(t, "none", string(m.Cells[at].Role))
	c.Do("GET", "/access", nil).Refused(http.StatusForbidden, "account.role")
}

func TestTheStreamIsSilentAboutHiddenTasks(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	in, owner := a.NewAccount(t, "Silent")
	made, _ := a.PageOf(t, in).Hear(t, "Ada", "Where is my sofa?")
	p := a.NewPerson(t, in, account.Member)
	c := a.Open(t, p)
	heard := listen(t, c)
	require.Equal(t, "resync", <-heard)

	path := "/tasks/" + made.ID.String()
	owner = owner.In(t)
	apptest.Patch[httpapi.Task](owner, path, apptest.Body{"topic": "One"})
	until(t, heard, made.ID.String())

	closeChannel(t, a, owner, in, nil)
	until(t, heard, "resync")
	apptest.Patch[httpapi.Task](owner, path, apptest.Body{"topic": "Two"})
	byHand := apptest.Post[httpapi.Task](owner, "/tasks", apptest.Body{"title": "By hand"})
	for _, data := range until(t, heard, byHand.ID.String()) {
		require.NotContains(t, data, made.ID.String())
	}
}

// until waits for an event with a text in it, and returns those before it.
func until(t *testing.T, heard <-chan string, text string) (before []string) {
	t.Helper()
	for {
		select {
		case data := <-heard:
			if strings.Contains(data, text) {
				return before
			}
			before = append(before, data)
		case <-time.After(clocktest.Patience):
			t.Fatalf("nothing was heard of %s", text)
		}
	}
}

// listen connects to the stream, and passes on what each event says: its data, and of «resync» its name.
func listen(t *testing.T, c *apptest.Client) <-chan string {
	t.Helper()
	res := c.Stream(t)
	heard := make(chan string, 1000)
	go func() {
		lines := bufio.NewScanner(res)
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok && name == "resync" {
				heard <- name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && !strings.Contains(data, `"now"`) {
				heard <- data
			}
		}
	}()
	return heard
}
