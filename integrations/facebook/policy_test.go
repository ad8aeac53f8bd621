package facebook_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/outbound"
)

// TestTheReplyPolicyWhateverHappens holds what the platform allows against what the rules let through, whoever writes
// whenever: a tag only for what a person writes after the window and within seven days, never under a post or in a private
// reply, and nothing at all after that.
func TestTheReplyPolicyWhateverHappens(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	can := offline().Describe().Capabilities
	require.Equal(t, day, can.Windows["message"])
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	ago := rapid.OneOf(
		rapid.Int64Range(0, int64(10*day)),
		rapid.Map(rapid.Int64Range(-int64(2*time.Minute), int64(2*time.Minute)), func(n int64) int64 { return n + int64(day) }),
		rapid.Map(rapid.Int64Range(-int64(2*time.Minute), int64(2*time.Minute)), func(n int64) int64 { return n + int64(7*day) }),
	)
	time0 := func(t *rapid.T, name string) *time.Time {
		if rapid.IntRange(0, 9).Draw(t, name+" never") == 0 {
			return nil
		}
		at := now.Add(-time.Duration(ago.Draw(t, name)))
		return &at
	}
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]channel.Mode{
			channel.Direct, channel.Answer, channel.PrivateReply, channel.FromTemplate,
		}).Draw(t, "mode")
		r := outbound.Reply{Author: rapid.SampledFrom([]account.ActorKind{account.Staff, account.Bot, account.Script}).Draw(t, "author"), Now: now, LastMessageAt: time0(t, "message")}
		// A reaction or a click on a link may have opened the window later than the last message.
		if opened := time0(t, "opened"); opened != nil || r.LastMessageAt != nil {
			if opened == nil || r.LastMessageAt != nil && r.LastMessageAt.After(*opened) {
				opened = r.LastMessageAt
			}
			until := opened.Add(day)
			r.WindowUntil = &until
		}
		r.Standby = rapid.IntRange(0, 9).Draw(t, "standby") == 0
		manner, ok := can.Manner(mode)
		require.True(t, ok)
		d := outbound.Decide(manner.Rules, r)
		require.Equal(t, d.MayWrite, d.Reason == "reply.allowed")
		require.Equal(t, d.MayWrite, d.As != "none")
		if !d.MayWrite {
			require.Empty(t, d.Tag+d.MessagingType)
			return
		}
		require.False(t, r.Standby)
		if d.Until != nil {
			require.False(t, d.Until.Before(now.Add(outbound.Safety)), "it is not late on its way")
		}
		age := func() time.Duration {
			require.NotNil(t, r.LastMessageAt)
			return now.Sub(*r.LastMessageAt)
		}
		switch mode {
		case channel.Answer:
			require.Empty(t, d.Tag+d.MessagingType, "a comment is no message")
		case channel.PrivateReply:
			require.Empty(t, d.Tag, "a private reply has no tag")
			require.Less(t, age(), 7*day)
		case channel.FromTemplate:
			require.Equal(t, "UTILITY", d.MessagingType)
			require.Empty(t, d.Tag)
		default:
			require.True(t, slices.Contains([]string{"RESPONSE", "MESSAGE_TAG"}, d.MessagingType))
			require.Equal(t, d.MessagingType == "MESSAGE_TAG", d.Tag == "HUMAN_AGENT")
			if d.Tag == "" {
				require.False(t, r.WindowUntil.Before(now.Add(outbound.Safety)))
				return
			}
			require.Equal(t, account.Staff, r.Author, "a person wrote it")
			require.Greater(t, age(), day-outbound.Safety, "the window is closed")
			require.Less(t, age(), 7*day)
		}
	})
}
