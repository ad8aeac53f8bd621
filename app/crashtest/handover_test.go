package crashtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/outbound"
	"kontor/integrations/metasim"
)

// The program as it is shipped, with its own leases: a worker dies in the middle of a call, and how long it takes until another
// has taken its conversation over is written into the log. On SQLite it is the next process.
func TestPeerBug_AsynqSlowHandOver(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.binary = shipped
	i.serve("")
	dying := i.server
	if i.split {
		dying = i.worker
	}
	_, err := i.sim.AddFault(metasim.Fault{Call: "send", Answer: metasim.AnswerHang})
	require.NoError(t, err)
	_, answer := i.first()
	i.soon(20*time.Second, "it is being sent", func() bool { return i.message(answer).State == outbound.Sending })
	dying.kill()
	began := time.Now()
	i.serve("")
	i.soon(30*time.Second, "another has it", func() bool { return i.message(answer).State != outbound.Sending })
	t.Logf("handed over %.1f s after kill -9", time.Since(began).Seconds())
	require.Equal(t, outbound.Unconfirmed, i.message(answer).State, "nobody knows whether it was sent")
	require.Equal(t, "delivery.interrupted", i.message(answer).Failure.Reason)
}
