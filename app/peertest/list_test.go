package peertest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// row is one bug, failure or fault, with the tests that prove Kontor has it not, or stands it.
type row struct {
	what  string
	tests string // package.Test, several with spaces between
	not   string // why there is none, or what is not covered
}

// peers are the bugs that programs like Kontor have had.
func peers() []row {
	return []row{
		{"Chatwoot 15131: webhooks are accepted, workers idle, nothing appears",
			"crashtest.TestPeerBug_ChatwootWorkersIdleWhileRedisIsSick crashtest.TestRedisIsAwayAtTheStart", ""},
		{"Chatwoot (stack 586): messages dropped by old workers after a migration",
			"crashtest.TestPeerBug_ChatwootOldWorkersOnANewSchema inbound.TestAPoisonEventIsQuarantinedAlone", ""},
		{"Chatwoot 13359, 13261, 6046, 6220: a webhook told twice makes two messages, contacts or conversations",
			"peertest.TestPeerBug_ChatwootDuplicateWebhooks inbound.TestDuplicatesChangeNothing", ""},
		{"Chatwoot 8744: a lock is lost under slow work", "crashtest.TestPeerBug_ChatwootLockOutlivedByItsHolder " +
			"crashtest.TestAStoppedWorkerThatComesBackChangesNothing crashtest.TestAWorkerStopsWhileItTakesIn", ""},
		{"Chatwoot: the first entry of a batch decides for all", "peertest.TestPeerBug_ChatwootBatchOfTwoSenders", ""},
		{"Chatwoot 12032, 11535, 7078, ChatbotX 891, airy 1921: echoes make duplicates or loops",
			"peertest.TestPeerBug_ChatwootEchoOfAnAnswer deliverytest.TestMessagesWhoseAnswerLies", ""},
		{"Chatwoot 14120: a retry says sent and nothing was", "peertest.TestPeerBug_ChatwootRetrySaysSent", ""},
		{"Chatwoot: a read time-out sends again", "peertest.TestPeerBug_ChatwootReadTimeout", ""},
		{"Chatwoot (fazer-ai 682, 684): an answer stays sent when its job dies",
			"crashtest.TestKilledBeforeTheCall outbound.TestFailures", ""},
		{"Chatwoot 15920: outgoing webhooks are tried once", "", "there are no outgoing webhooks yet"},
		{"Chatwoot 9314, Mattermost 2925, 8471: a client that tries again makes two",
			"crashtest.TestPeerBug_MattermostRetryOfALostAnswer httpapi.TestARepeatedAnswerIsSentOnce", ""},
		{"fazer-ai agents 499: the same reply twice after a transaction that had ended",
			"crashtest.TestPeerBug_AgentsSameReplyTwice", ""},
		{"Libredesk: queues in memory lose, a crash between sending and writing sends again",
			"crashtest.TestKilledBetweenThePlatformsWordAndOurs crashtest.TestPeerBug_LibredeskSeveralReplicas " +
				"crashtest.TestKilledAtAnyMoment", ""},
		{"Libredesk: a full queue of outgoing webhooks drops", "realtime.TestAListenerThatFallsBehindIsLetGo",
			"there are no outgoing webhooks yet; who listens to changes and falls behind is told to load anew"},
		{"Libredesk 9424db26, FreeScout 3585, 870, 1041: the same mail again", "httpapi.TestMailsAreTriedAgain",
			"there are no mails with customers yet; a mail of the system's may come twice, and its second link makes the first void"},
		{"Libredesk 2e203607: an error that passes makes a second contact", "deliverytest.TestPeerBug_LibredeskEachStatementFails", ""},
		{"Libredesk 385: the automatic assignment overrides a person's",
			"peertest.TestPeerBug_LibredeskAutoAssignerOverridesAPerson task.TestWhoAnswersOwnsTheTaskUnlessAPersonHasIt", ""},
		{"Zammad 2754, 795, 1033: one poisonous mail blocks all", "peertest.TestPeerBug_ZammadPoisonAmongAHundred", ""},
		{"Mattermost 3836, copilot-bridge 14: changes are missed while the connection is down",
			"httpapi.TestAStreamGoesOnFromAMoment realtime.TestListenersHearTheirAccountOnceAndOnlyAfterTheCommit", ""},
		{"asynq 1144, 1051, 1015, 306, WeKnora 3462", "", "below, one by one"},
		{"erxes 9177, Chatwoot: retired tags", "deliverytest.TestPeerBug_TagsOfAnswers", ""},
		{"fazer-ai 674: the tag for people on a bot's replies", "deliverytest.TestPeerBug_TagsOfAnswers", ""},
	}
}

// queue is what goes wrong where asynq is the record of work; here it only rings.
func queue() []row {
	return []row{
		{"A1 slow hand-over after a crash", "crashtest.TestPeerBug_AsynqSlowHandOver", ""},
		{"A2 a crash counts as a try", "crashtest.TestPeerBug_AsynqCrashCountsAsATry", ""},
		{"A3 a second copy beside the first", "crashtest.TestPeerBug_AsynqSecondCopyBesideTheFirst", ""},
		{"A4 deploys double what is in flight", "crashtest.TestPeerBug_AsynqDeployWithSendsInFlight", ""},
		{"A5 active without a lease for ever", "crashtest.TestPeerBug_AsynqCrashCountsAsATry crashtest.TestPeerBug_AsynqSlowHandOver", ""},
		{"A6 a wiped Redis loses work", "crashtest.TestRedisIsWiped crashtest.TestEverythingDueComesBackAfterAWipe", ""},
		{"A7 keys that are evicted", "crashtest.TestPeerBug_ChatwootWorkersIdleWhileRedisIsSick", ""},
		{"A8 one blob that cannot be read stops all", "crashtest.TestPeerBug_ChatwootWorkersIdleWhileRedisIsSick", ""},
		{"A9 dead letters are trimmed", "retention.TestBytesOfFinishedEventsGo", "what failed is a row and stays; only bytes of what is finished go"},
		{"A10 unique locks that hold or expire", "", "rings carry neither an id nor a lock"},
		{"A11 several schedulers double periodic work", "jobs.TestPeerBug_AsynqSeveralSchedulers", ""},
		{"A12 one page starves the rest", "due.TestClaimFairGoesRound outbound.TestPagesDoNotWaitForEachOther", ""},
		{"A13 no order", "crashtest.TestPeerBug_LibredeskSeveralReplicas crashtest.TestKilledAtAnyMoment", ""},
		{"A14 work that hangs holds its slot", "outbound.TestAHangingPageGetsAPause crashtest.TestPeerBug_AsynqSecondCopyBesideTheFirst", ""},
	}
}

// faults are what may happen to machines, networks, the platform and those who call. The torture (app/torture) mixes many of them.
func faults() []row {
	return []row{
		{"F1 a server dies while it takes in", "crashtest.TestKilledWhileItTakesIn", ""},
		{"F2 a worker dies while it sends", "crashtest.TestKilledBetweenThePlatformsWordAndOurs crashtest.TestKilledBeforeTheCall", ""},
		{"F3 SIGTERM with sends in flight", "crashtest.TestPeerBug_AsynqDeployWithSendsInFlight", ""},
		{"F4 panics", "httpapi.TestPanicsAreProblems inbound.TestAPoisonEventIsQuarantinedAlone", "running out of memory is not played"},
		{"F5 a worker stands still and comes back", "crashtest.TestPeerBug_ChatwootLockOutlivedByItsHolder", ""},
		{"F6 Redis wiped, hanging, full, read-only, without scripts, with foreign keys, away at the start",
			"crashtest.TestPeerBug_ChatwootWorkersIdleWhileRedisIsSick crashtest.TestRedisIsAwayAtTheStart crashtest.TestRedisIsWiped", ""},
		{"F7 the database ends sessions, gives up, is away",
			"crashtest.TestPeerBug_AgentsSameReplyTwice deliverytest.TestPeerBug_LibredeskEachStatementFails", "restarts are the torture's"},
		{"F8 the answer to a commit is lost", "", "the torture's"},
		{"F9 a slow database", "inbound.TestAcceptSaysSoWhenTheDatabaseIsAway", "slowness is the torture's"},
		{"F10 a full disk", "", "the torture's"},
		{"F11 the file store fails", "integrations.TestWhereFilesAre blob.TestDiskKeepsNothingOfAFileThatBreaksOff", ""},
		{"F12 the platform answers nonsense", "deliverytest.TestMessagesWhoseAnswerLies", ""},
		{"F13 the platform takes and lies", "deliverytest.TestMessagesWhoseAnswerLies peertest.TestPeerBug_ChatwootReadTimeout", ""},
		{"F14 limits", "deliverytest.TestEveryKnownError outbound.TestAChannelSlowsDownBeforeItsLimit", ""},
		{"F15 tokens, windows, permissions", "deliverytest.TestEveryKnownError", ""},
		{"F16 answers that drip, are too large, lead inside", "guardhttp.TestRedirectsAreCheckedHopByHop guardhttp.TestDoCapsWhatAnAnswerUnpacksTo guardhttp.TestTLS", ""},
		{"F17 webhooks: many times, mixed, unknown, too large, odd",
			"peertest.TestPeerBug_ChatwootDuplicateWebhooks sandbox.TestOddBodiesAreKeptAndHarmNothing sandbox.TestOddItemsHarmNoSibling", ""},
		{"F18 slow or lying clients", "httpapi.TestWhoeverKeepsTheServerWaitingKeepsNobodyElseWaiting httpapi.TestRequestsThatAreNone " +
			"httpapi.TestPipelinedRequestsAreAnsweredInTheirOrder httpapi.TestOnlySoManyLargeBodiesAreReadAtATime", ""},
		{"F19 signatures", "sandbox.TestWhatIsNotRightlySignedIsRefused meta.TestVerify", ""},
		{"F20 clocks", "sandbox.TestTheWindowOfTheRealClockAndThePlatforms templates.TestWorkingTimeGoesForward", "clocks that differ between processes are not played"},
		{"F21 many workers, servers, schedulers", "crashtest.TestPeerBug_LibredeskSeveralReplicas jobs.TestPeerBug_AsynqSeveralSchedulers", ""},
		{"F22 migrations under load", "crashtest.TestPeerBug_ChatwootOldWorkersOnANewSchema", ""},
		{"F23 a noisy page", "outbound.TestPagesDoNotWaitForEachOther inbound.TestAViralPostDoesNotHoldUpDirectMessages", "figures: make fairness"},
		{"F24 a storm of retries", "outbound.TestAPauseThatNobodyTimesGrows", "fifty thousand at once are not played"},
		{"F25 mail with customers", "", "not built yet"},
		{"F26 streams that drop or are slow", "realtime.TestAListenerThatFallsBehindIsLetGo httpapi.TestAStreamGoesOnFromAMoment", ""},
		{"F27 rights are taken away meanwhile", "httpapi.TestDisablingSignsOutEverywhereAtOnce httpapi.TestTheStreamIsSilentAboutHiddenTasks", ""},
		{"F28 a page or a person goes meanwhile", "httpapi.TestKontorIsRemovedFromAPage httpapi.TestAPersonsDataIsErased dossier.TestNothingOfAnErasedPersonRemains", ""},
		{"F29 keys half changed, missing or wrong", "secret.TestBox app.TestTheGeneratedKeyStays", ""},
		{"F30 a power cut", "storage.TestSQLiteForgetsNothing storage.TestSQLiteAfterAPowerCut storage.TestSQLiteAfterAPowerCutInACheckpoint", ""},
		{"F31 an older backup", "deliverytest.TestRestoredInstallationSendsNothingTwice deliverytest.TestRestoredInstallationHearsAgain", ""},
	}
}

// No row is forgotten, every test that a row names exists, and every test named after a peer's bug proves a row.
func TestEveryRowHasItsTest(t *testing.T) {
	t.Parallel()
	there := testsThere(t)
	require.Greater(t, len(there), 500)
	named := map[string]bool{}
	for _, list := range [][]row{peers(), queue(), faults()} {
		for _, r := range list {
			require.NotEmpty(t, r.tests+r.not, "%s: neither a test nor a reason", r.what)
			for _, name := range strings.Fields(r.tests) {
				require.True(t, there[name], "%s: there is no %s", r.what, name)
				named[name] = true
			}
		}
	}
	for name := range there {
		if strings.Contains(name, ".TestPeerBug_") {
			require.True(t, named[name], "%s proves no row", name)
		}
	}
	require.Len(t, peers(), 22)
	require.Len(t, queue(), 14)
	require.Len(t, faults(), 31)
}

// testsThere finds every test of the repository, as package.Test, where the package is its folder's name.
func testsThere(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				found[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] = true
			}
		}
		return nil
	}))
	return found
}
