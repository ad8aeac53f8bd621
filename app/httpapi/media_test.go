package httpapi_test

import (
	"io/fs"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/attachment"
	"kontor/integrations/metasim"
)

// TestAChannelThatKeepsNoFiles passes files through from where they are, asks for their address again when it has become
// too old, and shows nothing any more once they are taken back.
func TestAChannelThatKeepsNoFiles(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, page := a.Channel(t, a.Admin)
	anna := a.Writer(t)
	send := func() metasim.Message {
		m, err := a.Meta.Write(metasim.Write{Page: page.ID, Person: anna.ID, Attachments: []metasim.Attachment{{Type: "image"}}})
		require.NoError(t, err)
		return m
	}
	apptest.Patch[httpapi.Channel](a.Admin, "/channels/"+made.ID.String(), apptest.Body{"settings": apptest.Body{"media": "link"}})

	message := send()
	var files []httpapi.File
	apptest.Eventually(t, func() bool {
		files = nil
		for _, x := range apptest.Get[httpapi.Page[httpapi.Task]](a.Member, "/tasks").Items {
			for _, c := range apptest.Get[httpapi.Page[httpapi.Comment]](a.Member, "/tasks/"+x.ID.String()+"/comments").Items {
				files = append(files, c.Attachments...)
			}
		}
		return len(files) == 1
	}, "the message is there")
	require.Equal(t, attachment.Linked, files[0].State)
	path := "/attachments/" + files[0].ID.String()
	require.Equal(t, httpapi.Base+path, files[0].URL, "nobody's browser asks the platform")
	get := func() *apptest.Answer { return a.Member.Do("GET", path, nil) }
	shown := get()
	require.Equal(t, http.StatusOK, shown.Status)
	require.Equal(t, "image/png", shown.Header.Get("Content-Type"))
	require.Equal(t, "no-store", shown.Header.Get("Cache-Control"))
	require.Contains(t, shown.Header.Get("Content-Disposition"), "attachment")
	require.Empty(t, blobs(t, a), "nothing is kept")

	_, err := a.Meta.AddFault(metasim.Fault{Call: "media", Answer: metasim.AnswerHTML, Status: http.StatusForbidden})
	require.NoError(t, err)
	require.Equal(t, shown.Body, get().Body, "a new address is asked for")
	_, err = a.Meta.AddFault(metasim.Fault{Call: "media", Count: 2, Answer: metasim.AnswerHTML, Status: http.StatusForbidden})
	require.NoError(t, err)
	get().Refused(http.StatusServiceUnavailable, "attachment.link_dead")

	_, err = a.Meta.Unsend(message.MID)
	require.NoError(t, err)
	apptest.Eventually(t, func() bool { return get().Status == http.StatusNotFound }, "it was taken back")
}

// blobs lists the files kept on disk.
func blobs(t *testing.T, a *apptest.App) (names []string) {
	t.Helper()
	_ = fs.WalkDir(os.DirFS(a.Config.DataDir+"/files"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return nil
	})
	return names
}
