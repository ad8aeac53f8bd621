package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/integrations/metasim"
)

func TestTheKitForAReviewFollowsTheInstallation(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	made, _ := a.Channel(t, a.Admin)
	path := "/channel-kinds/" + metasim.PageKind + "/review"
	kit := apptest.Get[httpapi.ReviewKit](a.Admin, path)
	require.Equal(t, a.Config.MetaAppID, kit.AppID)
	require.Equal(t, a.Config.PublicURL+"/webhooks/meta", kit.Addresses[0].URL)
	require.False(t, kit.Public, "127.0.0.1")
	require.Contains(t, kit.Steps[0], "KONTOR_PUBLIC_URL")
	require.Contains(t, kit.Events, "messages")
	for _, x := range kit.Addresses {
		require.NotContains(t, x.Where, "review.")
	}
	used := func() map[string]bool {
		found := map[string]bool{}
		for _, g := range apptest.Get[httpapi.ReviewKit](a.Admin, path).Grants {
			found[g.Name] = g.Used
		}
		return found
	}
	require.True(t, used()["pages_messaging"])
	require.True(t, used()["Human Agent"])
	require.False(t, used()["pages_manage_engagement"], "no channel takes comments")
	require.Contains(t, kit.Data, "stored on our server")
	apptest.Patch[httpapi.Channel](a.Admin, "/channels/"+made.ID.String(), apptest.Body{"settings": apptest.Body{"comments": true, "media": "link"}})
	require.True(t, used()["pages_manage_engagement"])

	german := apptest.Get[httpapi.ReviewKit](a.Admin.With("Accept-Language", "de"), path)
	require.Contains(t, german.Data, "are not stored", "what is pasted stays English")
	require.Contains(t, german.Grants[0].Why, "Our staff connect")
	require.Contains(t, german.Grants[0].Show, "Als Administrator")

	text := a.Admin.With("Accept-Language", "de").Do("GET", path+".md", nil)
	require.Equal(t, http.StatusOK, text.Status)
	require.Contains(t, text.Header.Get("Content-Type"), "markdown")
	require.Contains(t, string(text.Body), "## [x] pages_messaging")
	require.Contains(t, string(text.Body), "Unterlagen für die App-Prüfung")
	a.Admin.Do("GET", "/channel-kinds/none/review", nil).Refused(http.StatusNotFound, "channel.no_review")
}
