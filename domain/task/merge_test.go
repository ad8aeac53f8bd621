package task_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/task"
	"kontor/templates"
)

// pair are the tasks of two people who each wrote something.
func pair(w *domaintest.World) (anna, ben task.Task) {
	w.Hear(w.Says("anna", "from anna"))
	w.Clock.Add(time.Second)
	w.Hear(w.Says("ben", "from ben"))
	for _, t := range w.AllTasks() {
		if w.Texts(t)[0] == "from anna" {
			anna = t
		} else {
			ben = t
		}
	}
	return anna, ben
}

func get(w *domaintest.World, t task.Task) task.Task {
	got, err := w.Tasks.Get(w.Ctx(), w.Account.ID, t.ID)
	require.NoError(w.T, err)
	return got
}

func TestAMergedTaskLivesOnInTheOther(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, ben := pair(w)
	tags := []string{"urgent", "shared"}
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, ben.ID, task.Change{Tags: &tags})
	require.NoError(t, err)
	own := []string{"shared"}
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, anna.ID, task.Change{Tags: &own})
	require.NoError(t, err)
	sent := w.Answer(ben, "hello ben")

	into, err := w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"from anna", "from ben", "hello ben"}, w.Texts(into))
	require.Equal(t, anna.ID, w.Message(sent).TaskID)
	require.Equal(t, anna.ID, *get(w, ben).MergedInto)
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, anna.ID)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"urgent", "shared"}, related.Tags[anna.ID])

	require.Equal(t, []ids.ID{anna.ID}, taskIDs(listed(w, task.Filter{})), "the merged one is in no list")
	number := task.Filter{Query: "#" + strconv.FormatInt(ben.Number, 10)}
	require.Equal(t, []ids.ID{anna.ID}, taskIDs(listed(w, number)), "its number leads to the other")
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, ben.ID, task.NewComment{Text: "x", Visibility: task.Internal})
	require.True(t, errs.Is(err, "task.merged"))
	_, err = w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.True(t, errs.Is(err, "task.merged"))

	w.Clock.Add(time.Second)
	w.Hear(w.Says("ben", "more of ben"))
	require.Contains(t, w.Texts(get(w, anna)), "more of ben", "the conversation continues the task it went into")
	c := w.Answer(get(w, anna), "to ben")
	w.Deliver()
	taken := w.Fake.Taken()
	require.Equal(t, "ben", taken[len(taken)-1].Person, "an answer goes to who wrote last")
	require.Equal(t, anna.ID, c.TaskID)
}

func TestAMergeCanBeTakenBack(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, ben := pair(w)
	tags := []string{"urgent"}
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, ben.ID, task.Change{Tags: &tags})
	require.NoError(t, err)
	sent := w.Answer(ben, "hello ben")
	before := get(w, ben)
	_, err = w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.NoError(t, err)
	_, err = w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{Text: "a note", Visibility: task.Internal})
	require.NoError(t, err)
	back, err := w.Tasks.Unmerge(w.Ctx(), w.Owner, ben.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"from ben", "hello ben"}, w.Texts(back))
	require.ElementsMatch(t, []string{"from anna", "a note"}, w.Texts(get(w, anna)))
	require.Equal(t, ben.ID, w.Message(sent).TaskID)
	require.Equal(t, before.Category, back.Category)
	require.Equal(t, before.Snippet, get(w, ben).Snippet)
	related, err := w.Tasks.RelatedOf(w.Ctx(), w.Account.ID, anna.ID, ben.ID)
	require.NoError(t, err)
	require.Empty(t, related.Tags[anna.ID])
	require.Equal(t, tags, related.Tags[ben.ID])
	w.Clock.Add(time.Second)
	w.Hear(w.Says("ben", "again"))
	require.Contains(t, w.Texts(get(w, ben)), "again")
	_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, ben.ID)
	require.True(t, errs.Is(err, "task.not_merged"))
}

func TestMergesAreTakenBackInReverse(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, ben := pair(w)
	w.Hear(w.Says("cleo", "from cleo"))
	cleo := w.AllTasks()[2]
	for _, x := range w.AllTasks() {
		if w.Texts(x)[0] == "from cleo" {
			cleo = x
		}
	}
	_, err := w.Tasks.Merge(w.Ctx(), w.Owner, anna.ID, ben.ID)
	require.NoError(t, err)
	_, err = w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, cleo.ID)
	require.NoError(t, err)
	_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.True(t, errs.Is(err, "task.merged"))
	_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, ben.ID)
	require.NoError(t, err)
	_, err = w.Tasks.Unmerge(w.Ctx(), w.Owner, anna.ID)
	require.NoError(t, err)
	for x, text := range map[ids.ID]string{anna.ID: "from anna", ben.ID: "from ben", cleo.ID: "from cleo"} {
		require.Equal(t, []string{text}, w.Texts(get(w, task.Task{ID: x})))
	}
}

func TestMergingIntoAResolvedTaskOpensIt(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, ben := pair(w)
	resolved := "resolved"
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, anna.ID, task.Change{Status: &resolved})
	require.NoError(t, err)
	into, err := w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.NoError(t, err)
	require.True(t, into.Active)
	require.Equal(t, templates.CategoryNew, into.Category)
	w.Clock.Add(time.Second)
	w.Hear(w.Says("anna", "still here"), w.Says("ben", "me too"))
	require.Subset(t, w.Texts(get(w, anna)), []string{"still here", "me too"})
	_, err = w.Tasks.Merge(w.Ctx(), w.Owner, anna.ID, anna.ID)
	require.Equal(t, errs.Invalid, errs.KindOf(err))
}

func TestAChannelThatReopensFindsTheTaskItWentInto(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Settings(func(s *channel.Settings) { s.NewTask = channel.ReopenLast })
	anna, ben := pair(w)
	_, err := w.Tasks.Merge(w.Ctx(), w.Owner, ben.ID, anna.ID)
	require.NoError(t, err)
	resolved := "resolved"
	_, err = w.Tasks.Update(w.Ctx(), w.Owner, anna.ID, task.Change{Status: &resolved})
	require.NoError(t, err)
	w.Clock.Add(time.Second)
	w.Hear(w.Says("ben", "back again"))
	require.Equal(t, anna.ID, w.OneTask().ID)
	require.Contains(t, w.Texts(get(w, anna)), "back again")
	require.True(t, get(w, anna).Active)
}

func TestSplittingMakesATaskOfSomeComments(t *testing.T) {
	t.Parallel()
	for _, follow := range []bool{false, true} {
		w := domaintest.New(t)
		w.Hear(w.Says("anna", "one"))
		w.Clock.Add(time.Second)
		w.Hear(w.Says("anna", "another matter"))
		first := w.OneTask()
		chosen := w.Comments(first)[1].ID
		made, err := w.Tasks.Split(w.Ctx(), w.Owner, first.ID, task.Split{
			Comments: []ids.ID{chosen}, Title: "Another matter", Continue: follow,
		})
		require.NoError(t, err)
		require.Equal(t, []string{"another matter"}, w.Texts(made))
		require.Equal(t, []string{"one"}, w.Texts(get(w, first)))
		require.Equal(t, first.ContactID, made.ContactID)
		w.Clock.Add(time.Second)
		w.Hear(w.Says("anna", "next"))
		goes := first
		if follow {
			goes = made
		}
		require.Contains(t, w.Texts(get(w, goes)), "next")
		c := w.Answer(get(w, made), "about that")
		require.NotEmpty(t, w.Messages(c), "it can be answered")
		_, err = w.Tasks.Split(w.Ctx(), w.Owner, first.ID, task.Split{Comments: []ids.ID{chosen}})
		require.Equal(t, errs.Invalid, errs.KindOf(err), "a comment of another task")
	}
}

func TestLabelsCountTheirUses(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	anna, ben := pair(w)
	topic := "Delivery"
	for _, x := range []task.Task{anna, ben} {
		tags := []string{"vip"}
		_, err := w.Tasks.Update(w.Ctx(), w.Owner, x.ID, task.Change{Tags: &tags, Topic: &topic})
		require.NoError(t, err)
	}
	_, err := w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TagLabel, "vip", "green")
	require.NoError(t, err)
	_, err = w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TagLabel, "100%", "red")
	require.NoError(t, err)
	_, err = w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TagLabel, "100%", "blue")
	require.NoError(t, err)
	_, err = w.Tasks.SetLabel(w.Ctx(), w.Owner, task.TagLabel, "x", "no colour")
	require.Equal(t, errs.Invalid, errs.KindOf(err))
	for text, want := range map[string][]task.Label{
		"":  {{Name: "vip", Color: "green", Uses: 2}, {Name: "100%", Color: "blue"}},
		"%": {{Name: "100%", Color: "blue"}}, "VI": {{Name: "vip", Color: "green", Uses: 2}},
	} {
		got, err := w.Tasks.Labels(w.Ctx(), w.Account.ID, task.TagLabel, text, 10)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	topics, err := w.Tasks.Labels(w.Ctx(), w.Account.ID, task.TopicLabel, "", 10)
	require.NoError(t, err)
	require.Equal(t, []task.Label{{Name: "Delivery", Uses: 2}}, topics)
}

func taskIDs(rows []task.Task) (out []ids.ID) {
	for _, t := range rows {
		out = append(out, t.ID)
	}
	return out
}
