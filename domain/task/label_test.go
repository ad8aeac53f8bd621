package task_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// labels are the world's labels of a type, with how many tasks have each.
func labels(w *domaintest.World, of task.LabelType) map[string]int64 {
	w.T.Helper()
	rows, err := w.Tasks.Labels(w.Ctx(), w.Account.ID, of, "", 50)
	require.NoError(w.T, err)
	all := map[string]int64{}
	for _, l := range rows {
		all[l.Name] = l.Uses
	}
	return all
}

func TestRenamedLabelsStayOnTheirTasks(t *testing.T) {
	t.Parallel()
	for _, of := range []task.LabelType{task.TagLabel, task.TopicLabel} {
		t.Run(string(of), func(t *testing.T) {
			t.Parallel()
			w := domaintest.New(t)
			for _, label := range []string{"late", "late", "slow"} {
				d := task.NewTask{Title: label}
				if of == task.TagLabel {
					d.Tags = &[]string{label}
				} else {
					d.Topic = &label
				}
				_, err := w.Tasks.Create(w.Ctx(), w.Owner, d)
				require.NoError(t, err)
			}
			_, err := w.Tasks.SetLabel(w.Ctx(), w.Owner, of, "slow", "red")
			require.NoError(t, err)
			name := "Late ones"
			view, err := w.Tasks.CreateView(w.Ctx(), w.Owner, task.ViewChange{Name: &name, Filter: &map[string]string{string(of): "late"}})
			require.NoError(t, err)

			l, err := w.Tasks.RenameLabel(w.Ctx(), w.Owner, of, "late", " delayed ", false)
			require.NoError(t, err)
			require.Equal(t, task.Label{Name: "delayed", Uses: 2}, l)
			require.Equal(t, map[string]int64{"delayed": 2, "slow": 1}, labels(w, of))
			views, err := w.Tasks.Views(w.Ctx(), w.Owner)
			require.NoError(t, err)
			require.Equal(t, view.ID, views[0].ID)
			require.Equal(t, "delayed", views[0].Filter[string(of)], "saved lists ask for it by its new name")

			_, err = w.Tasks.RenameLabel(w.Ctx(), w.Owner, of, "delayed", "slow", false)
			require.True(t, errs.Is(err, "label.exists"))
			l, err = w.Tasks.RenameLabel(w.Ctx(), w.Owner, of, "delayed", "slow", true)
			require.NoError(t, err)
			require.Equal(t, "red", l.Color)
			require.Equal(t, map[string]int64{"slow": 3}, labels(w, of))

			_, err = w.Tasks.RenameLabel(w.Ctx(), w.Owner, of, "nothing", "x", false)
			require.True(t, errs.Is(err, "label.not_found"))
			_, err = w.Tasks.RenameLabel(w.Ctx(), w.Owner, of, "slow", " ", false)
			require.Equal(t, errs.Invalid, errs.KindOf(err))
			_, stranger := w.Found("Other", "other@x.example")
			require.True(t, errs.Is(w.Tasks.DeleteLabel(w.Ctx(), stranger, of, "slow"), "label.not_found"))

			require.NoError(t, w.Tasks.DeleteLabel(w.Ctx(), w.Owner, of, "slow"))
			require.Empty(t, labels(w, of))
			rows, _, err := w.Tasks.List(w.Ctx(), w.Account.ID, task.Filter{}, storage.Page{})
			require.NoError(t, err)
			require.Len(t, rows, 3)
		})
	}
}

func TestTaskWithBothTagsHasTheOneTheyBecome(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	_, err := w.Tasks.Create(w.Ctx(), w.Owner, task.NewTask{Title: "both", Change: task.Change{Tags: &[]string{"a", "b"}}})
	require.NoError(t, err)
	_, err = w.Tasks.RenameLabel(w.Ctx(), w.Owner, task.TagLabel, "a", "b", true)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"b": 1}, labels(w, task.TagLabel))
}
