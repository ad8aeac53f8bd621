package deliverytest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// Whoever answers whenever: what reaches the platform is a response within its window, or carries the tag for people, which
// only people's answers do, after the window and within seven days. Nothing else ever goes out, and no retired tag.
func TestPeerBug_TagsOfAnswers(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	w := play(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		_, made := w.hears(fmt.Sprint("person-", n))
		age := time.Duration(rapid.Int64Range(0, int64(9*day)).Draw(r, "age")).Truncate(time.Second)
		who := rapid.SampledFrom([]account.ActorKind{account.Staff, account.Bot}).Draw(r, "who")
		w.Clock.Add(age)
		by := w.Owner
		by.Kind = who
		c, err := w.Tasks.AddComment(w.Ctx(), by, made.ID, task.NewComment{Text: "an answer", Visibility: task.Public})
		require.NoError(t, err)
		w.Deliver()
		sent := w.sent(made)
		if len(sent) == 0 {
			require.Equal(t, outbound.Refused, w.state(c))
			require.True(t, age > day-2*time.Minute && (who == account.Bot || age > 7*day-2*time.Minute), "%s after %s", who, age)
			return
		}
		entries := w.sim.Ledger(metasim.LedgerQuery{Page: w.page.ID, Limit: 1})
		switch last := entries[0]; last.MessagingType {
		case "RESPONSE":
			require.Empty(t, last.Tag)
			require.Less(t, age, day)
		case "MESSAGE_TAG":
			require.Equal(t, "HUMAN_AGENT", last.Tag)
			require.Equal(t, account.Staff, who)
			require.Greater(t, age, day-2*time.Minute)
			require.Less(t, age, 7*day)
		default:
			require.Fail(t, "a type that nobody expects", last.MessagingType)
		}
	})
}
