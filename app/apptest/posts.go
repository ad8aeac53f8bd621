package apptest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/storage"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// TakeComments has the page's channel take comments under posts.
func (p Page) TakeComments(t testing.TB, change func(*channel.Settings)) {
	t.Helper()
	_, err := p.app.Services.Channels.Update(t.Context(), account.SystemActor(p.Channel.AccountID), p.Channel.ID, channel.Change{
		Settings: func(s *channel.Settings) {
			s.Comments = true
			if change != nil {
				change(s)
			}
		},
	})
	require.NoError(t, err)
}

// Comment has somebody comment under a new post of the page, and returns the comment of the task that it becomes. The text
// is one that nobody has written to the page before.
func (p Page) Comment(t testing.TB, text string) task.Comment {
	t.Helper()
	p.TakeComments(t, nil)
	post, err := p.app.Meta.AddPost(metasim.Post{Page: p.ID, Text: "A post for: " + text})
	require.NoError(t, err)
	person, err := p.app.Meta.AddPerson(metasim.Person{FirstName: "Carla"})
	require.NoError(t, err)
	_, err = p.app.Meta.Comment(metasim.NewComment{Post: post.ID, Person: person.ID, Text: text})
	require.NoError(t, err)
	var found task.Comment
	Eventually(t, func() bool {
		tasks, _, err := p.app.Services.Tasks.List(t.Context(), p.Channel.AccountID, task.Filter{ChannelID: &p.Channel.ID},
			storage.Page{Limit: storage.MaxLimit})
		require.NoError(t, err)
		for _, x := range tasks {
			if x.Snippet != text {
				continue
			}
			comments, _, err := p.app.Services.Tasks.Comments(t.Context(), x.AccountID, x.ID, false, storage.Page{Limit: 1})
			require.NoError(t, err)
			found = comments[0]
			return true
		}
		return false
	}, "the comment becomes a task")
	return found
}
