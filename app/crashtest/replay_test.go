package crashtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/ids"
	"kontor/domain/inbound"
)

// The program dies while a slice of the vault is processed again: the next one goes on, counts each event once, and nothing is
// there twice.
func TestKilledWhileItReplays(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"process.before_close", "process.before_commit", "replay.before_commit"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			const people, each = 4, 5
			i := install(t)
			i.serve("")
			for p := range people {
				who := i.person(fmt.Sprint("Person ", p))
				for n := range each {
					i.write(who, fmt.Sprint("message ", n))
				}
			}
			i.soon(30*time.Second, "everything has arrived", func() bool { return len(i.written()) == people*each })
			i.kill()
			vault := i.hands.Services.Inbound
			r, err := vault.Replay(t.Context(), i.owner, inbound.Filter{State: inbound.Processed, ChannelID: ids.Ptr(i.channel())})
			require.NoError(t, err)
			i.serve(point)
			i.dies()
			i.serve("")
			i.soon(60*time.Second, "the replay has ended", func() bool {
				r, err = vault.ReplayOf(t.Context(), i.owner.AccountID, r.ID)
				require.NoError(t, err)
				return r.State == inbound.Finished
			})
			require.Equal(t, r.Total, r.Processed)
			require.Positive(t, r.Total)
			require.Len(t, i.written(), people*each)
		})
	}
}

// kill ends what runs, at once.
func (i *installation) kill() {
	for _, p := range []*process{i.server, i.worker} {
		if p != nil {
			p.kill()
		}
	}
}

func (i *installation) channel() ids.ID {
	i.t.Helper()
	list, err := i.hands.Services.Channels.All(i.t.Context(), i.owner.AccountID)
	require.NoError(i.t, err)
	require.Len(i.t, list, 1)
	return list[0].ID
}
