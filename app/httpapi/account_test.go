package httpapi_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/app/apptest"
	"kontor/app/httpapi"
	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/clock"
)

// logo is a small picture.
var logo = func() string { //nolint:gochecknoglobals // a constant
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return out.String()
}()

func TestHowLongAnAccountKeepsThings(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	require.Contains(t, string(a.Admin.Do("PATCH", "/account", apptest.Body{"keep_bodies_days": 3}).Body), "account.keep_days")
	require.Contains(t, string(a.Admin.Do("PATCH", "/account", apptest.Body{"keep_files_days": 7}).Body), "account.keep_days")
	require.Contains(t, string(a.Admin.Do("PATCH", "/account", apptest.Body{"keep_events_days": 89}).Body), "account.keep_days")
	require.Contains(t, string(a.Admin.Do("PATCH", "/account", apptest.Body{"brand_color": "teal"}).Body), "account.color")
	require.Equal(t, 403, a.Member.Do("PATCH", "/account", apptest.Body{"keep_files_days": 90}).Status)
	got := apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{
		"keep_bodies_days": 30, "keep_events_days": 365, "keep_files_days": 90, "brand_name": " Nord ", "brand_color": "#FFCC00", "media": "link",
	})
	require.Equal(t, 30, got.Bodies)
	require.Equal(t, 365, got.Events)
	require.Equal(t, "Nord", got.BrandName)
	require.Equal(t, "#ffcc00", got.BrandColor)
	log := string(a.Admin.Do("GET", "/audit?action=account.changed", nil).Body)
	require.Contains(t, log, `"label":"days that events are kept","before":"0","after":"365"`)
	require.Contains(t, log, `"label":"days that files are kept","before":"0","after":"90"`)
	require.Contains(t, log, `"label":"brand colour","before":"nothing","after":"#ffcc00"`)
	require.Contains(t, log, `"before":"Keep the files","after":"Keep only the links"`)
}

// The event of which the bytes have gone by their age says so.
func TestAnEventWithoutItsBytesSaysWhy(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	p := a.Connect(t, a.Account)
	p.Hear(t, "Anna", "Hello")
	_ = apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"keep_bodies_days": 7})
	event := func() httpapi.WholeEvent {
		list := apptest.Get[httpapi.Page[httpapi.Event]](a.Admin, "/events?type=messages").Items
		require.NotEmpty(t, list)
		return apptest.Get[httpapi.WholeEvent](a.Admin, "/events/"+list[0].ID.String())
	}
	require.NotNil(t, event().Raw)
	require.Nil(t, event().RawExpiredAt)
	shifted.Shift(8 * 24 * time.Hour)
	apptest.Eventually(t, func() bool { return event().RawExpiredAt != nil }, "the hourly job comes")
	require.Nil(t, event().Raw)
	require.Equal(t, "processed", string(event().State))
}

// The event that has gone by its age says that this may be why.
func TestAnEventThatIsTooOldIsNotThere(t *testing.T) {
	t.Parallel()
	shifted := &clock.Shifted{}
	a := apptest.Start(t, apptest.WithClock(shifted))
	p := a.Connect(t, a.Account)
	made, _ := p.Hear(t, "Anna", "Hello")
	_ = apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"keep_events_days": 90})
	list := apptest.Get[httpapi.Page[httpapi.Event]](a.Admin, "/events?type=messages").Items
	require.Len(t, list, 1)
	shifted.Shift(91 * 24 * time.Hour)
	admin := a.Person(t, a.Account, account.Admin)
	gone := func() bool { return admin.Do("GET", "/events/"+list[0].ID.String(), nil).Status == 404 }
	apptest.Eventually(t, gone, "the hourly job comes")
	require.Contains(t, string(admin.Do("GET", "/events/"+list[0].ID.String(), nil).Body), "taken away by its age")
	path := "/tasks/" + made.ID.String()
	require.Equal(t, 200, admin.Do("GET", path, nil).Status)
	require.Contains(t, string(admin.Do("GET", path+"/why", nil).Body), list[0].ID.String(), "it still says what it was made from")
	require.Equal(t, 200, admin.Do("GET", path+"/comments", nil).Status)
}

func TestFilesOnChannelsAsTheAccountWantsIt(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	first := a.Connect(t, a.Account)
	_ = apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"media": "link"})
	second := apptest.Post[httpapi.Channel](a.Admin, "/channels", connection(a.Page(t), apptest.Body{}))
	require.Equal(t, channel.LinkMedia, second.Settings.Media)
	of := func(id string) channel.Media {
		return apptest.Get[httpapi.Channel](a.Admin, "/channels/"+id).Settings.Media
	}
	require.Equal(t, channel.StoreMedia, of(first.Channel.ID.String()), "those that there are stay as they are")
	require.Equal(t, 403, a.Member.Do("POST", "/channels/media", apptest.Body{"media": "link"}).Status)
	require.Equal(t, int64(1), apptest.Post[httpapi.Count](a.Admin, "/channels/media", apptest.Body{"media": "link"}).Count)
	require.Equal(t, channel.LinkMedia, of(first.Channel.ID.String()))
	require.Zero(t, apptest.Post[httpapi.Count](a.Admin, "/channels/media", apptest.Body{"media": "link"}).Count)
	require.Equal(t, 2, strings.Count(string(a.Admin.Do("GET", "/audit", nil).Body), `"media":"link"`), "the account and one channel")
}

func TestLogo(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	require.Equal(t, 204, a.Member.Do("GET", "/account/logo", nil).Status)
	require.Contains(t, string(a.Admin.Send("PUT", "/account/logo", "logo.png", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")).Body), "account.logo_type")
	a.Admin.Send("PUT", "/account/logo", "logo.png", make([]byte, account.MaxLogo+1)).Refused(413, "account.logo_too_large")
	a.Admin.Send("PUT", "/account/logo", "logo.png", make([]byte, 2<<20)).Refused(413, "account.logo_too_large")
	require.Equal(t, 403, a.Member.Send("PUT", "/account/logo", "logo.png", []byte(logo)).Status)
	var acc account.Account
	a.Admin.Send("PUT", "/account/logo", "x.html", []byte(logo)).Into(&acc)
	require.NotEmpty(t, acc.Logo)
	got := a.Member.Do("GET", "/account/logo", nil)
	require.Equal(t, logo, string(got.Body))
	require.Equal(t, "image/png", got.Header.Get("Content-Type"))
	require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	require.Equal(t, 204, a.ForeignOwner.Do("GET", "/account/logo", nil).Status)
	require.Empty(t, apptest.Get[account.Account](a.ForeignOwner, "/account").Logo)
	a.Admin.Do("DELETE", "/account/logo", nil).Into(&acc)
	require.Empty(t, acc.Logo)
	require.Equal(t, 204, a.Member.Do("GET", "/account/logo", nil).Status)
}

// The page of a link looks as the account wants it, and nothing that anybody has called anything runs there.
func TestThePageOfALink(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := a.Connect(t, a.Account)
	_ = apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"brand_name": "Nord & <b>Söhne</b>", "brand_color": "#ffcc00"})
	a.Admin.Send("PUT", "/account/logo", "logo.png", []byte(logo)).Into(&account.Account{})
	path := linkOf(t, a, p, "<i>offer.pdf")
	page := a.Anonymous.Do("GET", path, nil)
	html := string(page.Body)
	require.Equal(t, 200, page.Status)
	require.Contains(t, html, "Nord &amp; &lt;b&gt;Söhne")
	require.Contains(t, html, "_i_offer.pdf")
	require.Contains(t, html, "--fill:#ffcc00;--ink:#000000;--name:#8c7000")
	require.Contains(t, html, "PDF · 17 B")
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "img-src 'self'")
	require.NotContains(t, html, a.Account.Name, "the account's own name is nobody's business there")
	picture := a.Anonymous.Do("GET", path+"/logo", nil)
	require.Equal(t, logo, string(picture.Body))
	require.Equal(t, "image/png", picture.Header.Get("Content-Type"))
	require.Equal(t, "nosniff", picture.Header.Get("X-Content-Type-Options"))
	require.Equal(t, 200, a.Anonymous.Do("HEAD", path, nil).Status)
	require.Equal(t, 404, a.Anonymous.Do("GET", path+"x/logo", nil).Status)
	require.Equal(t, 405, a.Anonymous.Do("POST", path, nil).Status)
}

// linkOf has a file sent as a link, and returns the link's path.
func linkOf(t *testing.T, a *apptest.App, p apptest.Page, name string) string {
	t.Helper()
	made, _ := p.Hear(t, "Anna", "Do you have a plan?")
	var f httpapi.File
	a.Member.Upload("/attachments", name, []byte("%PDF-1.7 the plan")).Into(&f)
	answer(a.Member, made, apptest.Body{
		"attachments": []apptest.Body{{"id": f.ID, "as_link": true}}, "visibility": "public", "undo_seconds": 0,
	})
	apptest.Eventually(t, func() bool { return len(accepted(a, p)) == 1 }, "the link goes")
	_, address, _ := strings.Cut(accepted(a, p)[0], "\n")
	path, ok := strings.CutPrefix(address, a.Config.PublicURL)
	require.True(t, ok, address)
	return "/" + path
}

func TestMailsLookAsTheAccountWantsIt(t *testing.T) {
	t.Parallel()
	box, mails := apptest.NewMailbox(t)
	a := apptest.Start(t, mails)
	_ = apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "one@acme.example"})
	plain := box.Next(t, 0).HTML
	require.Contains(t, plain, ">Kontor</p>")
	require.Contains(t, plain, "background:#0e6d7b;color:#ffffff")
	_ = apptest.Patch[account.Account](a.Admin, "/account", apptest.Body{"brand_name": "Nord <& Söhne", "brand_color": "#ffcc00"})
	_ = apptest.Post[httpapi.Invited](a.Admin, "/invitations", apptest.Body{"email": "two@acme.example"})
	own := box.Next(t, 1).HTML
	require.Contains(t, own, "color:#8c7000;font-weight:700\">Nord &lt;&amp; Söhne</p>")
	require.Contains(t, own, "background:#ffcc00;color:#000000")
	person := a.NewPerson(t, a.Account, account.Member)
	require.Equal(t, 204, a.Anonymous.Do("POST", "/password-resets", apptest.Body{"email": person.Email}).Status)
	require.Contains(t, box.Next(t, 2).HTML, "Nord &lt;&amp; Söhne</p>", "who works in one account alone")
}
