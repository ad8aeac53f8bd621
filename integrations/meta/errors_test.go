package meta

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"kontor/domain/channel"
)

// known is one entry of the catalogue of errors that the platform was seen to answer with.
type known struct {
	Code     int    `json:"code"`
	Subcode  int    `json:"error_subcode"`
	Message  string `json:"message"`
	Handling string `json:"handling"`
}

func knownErrors(t *testing.T) []known {
	t.Helper()
	b, err := os.ReadFile("testdata/error_catalogue.json")
	require.NoError(t, err)
	var list []known
	require.NoError(t, json.Unmarshal(b, &list))
	require.NotEmpty(t, list)
	return list
}

// expected is what each error of the catalogue becomes. One that is missing here fails the test below.
func expected() map[code]rule {
	reject := func(reason string) rule { return rule{class: channel.Rejected, reason: reason} }
	lost := func(reason string) rule { return rule{class: channel.Disconnected, reason: reason} }
	slow := rule{class: channel.Throttled, reason: RateLimited}
	window := rule{class: channel.OutsideWindow, reason: WindowClosed}
	doubt := rule{class: channel.Temporary, reason: PlatformTrouble, doubtful: true}
	gone := rule{class: channel.Rejected, reason: PersonUnavailable, unreachable: true}
	return map[code]rule{
		{1, 0}: doubt, {2, 0}: doubt, {1200, 2018024}: doubt,
		{1, 99}:        lost(PermissionMissing),
		{1, 1357046}:   {class: channel.Unconfirmed, reason: AnswerLost},
		{506, 1455006}: {class: channel.Unconfirmed, reason: Duplicate},
		{2, 2018344}:   reject(TermsNotAccepted),
		{4, 0}:         slow, {17, 0}: slow, {32, 0}: slow, {613, 0}: slow, {613, 2534040}: slow,
		{80001, 0}: slow, {80002, 0}: slow, {80005, 0}: slow, {80006, 0}: slow,
		{10, 1893063}:  {class: channel.Throttled, reason: PageRestricted, wait: 3 * time.Hour},
		{368, 0}:       {class: channel.Throttled, reason: SpamBlocked, wait: 3 * time.Hour},
		{613, 2018338}: reject(Bothersome),
		{10, 2018278}:  window, {10, 2018065}: window, {10, 2534022}: window,
		{10, 2018336}: {class: channel.Rejected, reason: RegionRestricted, refuses: true},
		{10, 2018108}: gone, {551, 0}: gone, {551, 1545041}: gone, {200, 1545041}: gone,
		{10, 2534077}: lost(AccountLink), {100, 2534013}: lost(AccountLink),
		{10, 1404170}: reject(PersonOptedOut), {10, 1893015}: reject(PersonOptedOut),
		{100, 33}:      reject(ObjectMissing),
		{100, 2018001}: reject(PersonUnknown), {100, 2534014}: reject(PersonUnknown),
		{100, 2018008}: {class: channel.Temporary, reason: FileNotFetched, tries: 2},
		{100, 2018294}: {class: channel.Temporary, reason: FileRefused, tries: 2},
		{100, 2018047}: reject(FileRefused), {100, 2018074}: reject(FileRefused),
		{100, 2018109}: reject(FileTooLarge),
		{100, 2018014}: reject(BadRequest), {100, 2018048}: reject(BadRequest), {100, 2018164}: reject(BadRequest),
		{100, 2534015}: reject(BadRequest), {803, 0}: reject(BadRequest),
		{100, 2018292}: reject(PrivateReply), {100, 2534025}: reject(PrivateReply), {10902, 0}: reject(PrivateReply),
		{100, 1893061}: reject(TagDead),
		{100, 2534029}: lost(AccountBlocked), {2022, 0}: lost(AccountBlocked), {36103, 0}: lost(AccountBlocked),
		{100, 2534037}: reject(ThreadControlled), {2018300, 0}: reject(ThreadControlled),
		{2018321, 0}: {class: channel.Temporary, reason: ThreadControlled},
		{190, 0}:     lost(TokenDead), {190, 458}: lost(TokenDead), {190, 460}: lost(TokenDead),
		{190, 463}: lost(TokenDead), {190, 467}: lost(TokenDead), {190, 492}: lost(TokenDead),
		{200, 0}: lost(PermissionMissing), {230, 0}: lost(PermissionMissing),
		{200, 2018028}: lost(AppNotLive),
		{200, 2534041}: lost(AccessSwitchedOff),
		{2018218, 0}:   reject(NoProfile), {2018247, 0}: reject(NoProfile),
		{9000001, 0}: reject(MessageGone),
	}
}

func TestEveryKnownErrorHasItsMeaning(t *testing.T) {
	t.Parallel()
	rules, want := catalogue(), expected()
	for _, k := range knownErrors(t) {
		w, ok := want[code{k.Code, k.Subcode}]
		require.True(t, ok, "%d/%d (%s) has no expected meaning", k.Code, k.Subcode, k.Handling)
		require.Equal(t, w, ruleFor(rules, code{k.Code, k.Subcode}), "%d/%d", k.Code, k.Subcode)
		require.NotEqual(t, Unknown, w.reason)
	}
	require.Len(t, knownErrors(t), len(want))
}

func TestErrorsNobodyHasListed(t *testing.T) {
	t.Parallel()
	rules := catalogue()
	for name, c := range map[string]struct {
		err    apiError
		status int
		class  channel.Class
		reason string
		doubt  bool
	}{
		"unknown_code_is_for_a_person":     {apiError{Code: 14490}, 400, channel.Rejected, Unknown, false},
		"no_code_is_for_a_person":          {apiError{}, 400, channel.Rejected, Unknown, false},
		"unknown_code_of_a_broken_server":  {apiError{Code: 14490}, 500, channel.Temporary, PlatformTrouble, true},
		"it_says_itself_that_it_passes":    {apiError{Code: 14490, Transient: true}, 400, channel.Temporary, PlatformTrouble, true},
		"transient_limit_stays_a_limit":    {apiError{Code: 4, Transient: true}, 400, channel.Throttled, RateLimited, false},
		"too_many_requests":                {apiError{Code: 14490}, 429, channel.Throttled, RateLimited, false},
		"unknown_subcode_of_a_token_error": {apiError{Code: 190, Subcode: 1480959}, 401, channel.Disconnected, TokenDead, false},
		"unknown_permission":               {apiError{Code: 299}, 403, channel.Disconnected, PermissionMissing, false},
		"unknown_subcode_of_a_parameter":   {apiError{Code: 100, Subcode: 1307182}, 400, channel.Rejected, BadRequest, false},
		"unknown_subcode_of_unknown":       {apiError{Code: 1, Subcode: 1488159}, 400, channel.Temporary, PlatformTrouble, true},
		"another_product_s_limit":          {apiError{Code: 80014}, 400, channel.Throttled, RateLimited, false},
		"a_code_given_as_subcode":          {apiError{Code: 10, Subcode: 2018300}, 400, channel.Rejected, ThreadControlled, false},
		"a_person_gone_with_another_code":  {apiError{Code: 1, Subcode: 1545041}, 400, channel.Rejected, PersonUnavailable, false},
		"already_replied_privately":        {apiError{Code: 10903}, 400, channel.Rejected, PrivateReply, false},
		"abuse_of_marketing":               {apiError{Code: 613, Subcode: 1893016}, 400, channel.Rejected, PersonOptedOut, false},
		"marketing_cadence":                {apiError{Code: 4, Subcode: 2018354}, 400, channel.Rejected, PersonOptedOut, false},
		"inconsistent_volume":              {apiError{Code: 613, Subcode: 1996}, 400, channel.Throttled, RateLimited, false},
		"no_access_token":                  {apiError{Code: 104}, 400, channel.Disconnected, TokenDead, false},
		"app_in_development":               {apiError{Code: 200, Subcode: 2018021}, 400, channel.Disconnected, AppNotLive, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := ruleOf(rules, c.err, c.status)
			require.Equal(t, c.class, r.class)
			require.Equal(t, c.reason, r.reason)
			require.Equal(t, c.doubt, r.doubtful)
		})
	}
}

func TestWordsDecideNothing(t *testing.T) {
	t.Parallel()
	rules := catalogue()
	rapid.Check(t, func(t *rapid.T) {
		e := apiError{
			Code: Int(rapid.IntRange(-1, 2_100_000).Draw(t, "code")), Subcode: Int(rapid.IntRange(0, 2_100_000).Draw(t, "subcode")),
		}
		want := ruleOf(rules, e, http.StatusBadRequest)
		for _, words := range []string{
			"(#10) Esta mensagem foi enviada fora da janela permitida.", "此消息在允许的时间范围之外发送。",
			"Error validating access token", rapid.String().Draw(t, "words"),
		} {
			e.Message, e.UserTitle, e.UserMessage = Text(words), Text(words), Text(words)
			require.Equal(t, want, ruleOf(rules, e, http.StatusBadRequest))
		}
	})
}

func TestEveryReasonHasWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, r := range Reasons() {
		listed[r] = true
	}
	for c, r := range catalogue() {
		require.True(t, listed[r.reason], "%v", c)
	}
	for _, r := range []string{UnroutedNotJSON, UnroutedObject, UnroutedTest, UnroutedShape} {
		listed["unrouted."+r] = true
	}
	for _, language := range []string{"en", "de"} {
		b, err := os.ReadFile(filepath.Join("texts", language+".yaml"))
		require.NoError(t, err)
		var words map[string]map[string]string
		require.NoError(t, yaml.Unmarshal(b, &words))
		found := map[string]bool{}
		for area, codes := range words {
			for code, text := range codes {
				require.NotEmpty(t, text, "%s.%s in %s", area, code, language)
				found[area+"."+code] = true
			}
		}
		require.Equal(t, listed, found, language)
	}
}

func TestParseErrorReadsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/error/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		e, ok := parseError(b)
		require.True(t, ok, f)
		require.NotEmpty(t, e.words(), f)
	}
}

func TestParseErrorForms(t *testing.T) {
	t.Parallel()
	full, ok := parseError([]byte(`{"error":{"message":"m","code":"10","error_subcode":"2018278","is_transient":"true",
		"error_user_title":"title","error_user_msg":"what","fbtrace_id":1784401,"error_data":{"x":[1]}}}`))
	require.True(t, ok)
	require.Equal(t, apiError{
		Code: 10, Subcode: 2018278, Message: "m", UserTitle: "title", UserMessage: "what", Transient: true, TraceID: "1784401",
	}, full)
	require.Equal(t, "m | title | what", full.words())

	odd, ok := parseError([]byte(`{"error":"access_denied"}`))
	require.True(t, ok)
	require.Equal(t, `"access_denied"`, odd.words())

	broken, ok := parseError([]byte(`{"error":{"code":190,"message":["expired"]},"error_type":3,"error_message":false}`))
	require.True(t, ok, "what stands beside a number does not hide it")
	require.EqualValues(t, 190, broken.Code)
	require.Contains(t, broken.words(), "expired", "words of an unknown form are shown as they are")

	for _, none := range []string{``, `<html>`, `[]`, `{"error":null}`, `{"data":[]}`, `{"message_id":"m_1"}`, `"error"`} {
		_, ok := parseError([]byte(none))
		require.False(t, ok, none)
	}
}
