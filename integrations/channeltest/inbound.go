package channeltest

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

func describes(t *testing.T, h Harness) {
	d := h.Adapter.Describe()
	require.Equal(t, d, h.Adapter.Describe())
	require.Regexp(t, `^[a-z]+$`, d.Kind)
	require.NotEmpty(t, d.Name)
	h.hidden(t, d)

	keys := map[string]bool{}
	for _, s := range d.Settings {
		require.False(t, keys[s.Key], "setting %s twice", s.Key)
		keys[s.Key] = true
		require.Contains(t, []string{"object_template", "contact_template", "assignees", "choice", "yes_no", "number"}, s.Type, s.Key)
		switch s.Type {
		case "choice":
			require.Contains(t, s.Choices, s.Default, s.Key)
		case "yes_no":
			require.IsType(t, true, s.Default, s.Key)
		case "number":
			n, ok := s.Default.(int)
			require.True(t, ok && n >= s.Min && n <= s.Max, s.Key)
		}
	}
	can := d.Capabilities
	require.NotEmpty(t, can.Transports)
	for fileType, limit := range can.FileLimits {
		require.Positive(t, limit, fileType)
		require.True(t, fileType.Fetchable(), fileType)
	}
	for opening, window := range can.Windows {
		require.Positive(t, window, opening)
	}
	for mode, manner := range can.Modes {
		require.Contains(t, can.Transports, manner.Transport, mode)
		require.NotEmpty(t, manner.Rules, "without a rule nobody may ever write by %s", mode)
	}
	require.NotEmpty(t, can.Rules, "without a rule nobody may ever write")
	as := map[string]bool{}
	for _, r := range can.Rules {
		require.False(t, as[r.As], "rule %s twice: a decision is kept by it", r.As)
		as[r.As] = true
		require.NotEmpty(t, r.Authors, r.As)
	}
}

// valid makes sure that a meaning has the fields its action promises.
func (h Harness) valid(t *testing.T, in channel.Inbound) {
	t.Helper()
	_, err := json.Marshal(in)
	require.NoError(t, err)
	if in.Action == channel.Ignore {
		require.NotEmpty(t, in.Reason, "what is ignored says why")
		return
	}
	switch {
	case in.Action == channel.Submit:
	case in.Place == nil:
		require.NotEmpty(t, in.Person.ExternalID)
	default:
		require.NotEmpty(t, in.Place.Post)
		require.NotEmpty(t, in.ExternalID)
		require.Empty(t, in.Opens, "what is written under a post opens no conversation")
	}
	require.Contains(t, h.Adapter.Describe().Capabilities.Transports, in.Transport)
	if in.Opens != "" {
		require.Contains(t, h.Adapter.Describe().Capabilities.Windows, in.Opens)
	}
	switch in.Action {
	case channel.Message, channel.Echo:
		require.True(t, in.Text != "" || len(in.Files) > 0, "people see that something came")
	case channel.Edit, channel.Unsend:
		require.NotEmpty(t, in.ExternalID)
	case channel.React:
		require.NotEmpty(t, in.ExternalID)
		require.NotNil(t, in.Reaction)
	case channel.Refer:
		require.NotNil(t, in.Referral)
	case channel.Submit:
		require.NotNil(t, in.Lead)
		require.True(t, in.Lead.ID != "" || in.Lead.Answers != nil, "answers are there, or can be fetched")
	case channel.Delivered, channel.Read:
	case channel.Hidden, channel.Shown:
		require.NotNil(t, in.Place)
	default:
		t.Errorf("unknown action %q", in.Action)
	}
}

func samples(t *testing.T, h Harness) {
	require.NotEmpty(t, h.Samples)
	for _, s := range h.Samples {
		items := h.Split(s.Body)
		require.NotEmpty(t, items, s.Name)
		for _, i := range items {
			require.NotEmpty(t, i.Type, s.Name)
			require.NotEmpty(t, i.Key, s.Name)
			require.NotEmpty(t, i.Lane, s.Name)
			require.True(t, bytes.Contains(s.Body, i.Raw), "%s: the item's own bytes", s.Name)
		}
		in, err := h.Adapter.Parse(items[0])
		require.NoError(t, err, s.Name)
		require.Equal(t, s.Want, in.Action, s.Name)
		require.Equal(t, items[0].OccurredAt, in.OccurredAt, s.Name)
		h.valid(t, in)
	}
}

func keys(t *testing.T, h Harness) {
	seen := map[string]string{}
	for _, s := range h.Samples {
		first, again := h.Split(s.Body), h.Split(bytes.Clone(s.Body))
		require.Equal(t, first, again, s.Name)
		for _, i := range first {
			require.Empty(t, seen[i.Key], "%s has the key of %s", s.Name, seen[i.Key])
			seen[i.Key] = s.Name
		}
	}
}

func deterministic(t *testing.T, h Harness) {
	for _, s := range h.Samples {
		for _, i := range h.Split(s.Body) {
			before := bytes.Clone(i.Raw)
			first, err := h.Adapter.Parse(i)
			require.NoError(t, err, s.Name)
			again, err := h.Adapter.Parse(i)
			require.NoError(t, err, s.Name)
			require.Equal(t, first, again, s.Name)
			require.Equal(t, before, i.Raw, "%s: parsing changes no bytes", s.Name)
		}
	}
}

// mutations is how often each sample is changed.
const mutations = 300

func mutated(t *testing.T, h Harness) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same mutations in every run
	for _, s := range h.Samples {
		for range mutations {
			body := mutate(random, s.Body)
			for _, i := range h.Split(body) {
				require.NotEmpty(t, i.Key)
				require.NotEmpty(t, i.Lane)
				h.parsesTwice(t, i)
				i.Raw = mutate(random, i.Raw) // as bytes that went bad in the vault
				h.parsesTwice(t, i)
			}
		}
	}
}

// parsesTwice parses whatever the bytes are: an error, or a meaning that holds together, and the same both times.
func (h Harness) parsesTwice(t *testing.T, i channel.Item) {
	t.Helper()
	first, err := h.Adapter.Parse(i)
	again, errAgain := h.Adapter.Parse(i)
	require.Equal(t, err == nil, errAgain == nil)
	require.Equal(t, first, again)
	if err == nil {
		h.valid(t, first)
	}
}

// mutate damages bytes: half of the time blindly, else, when they are JSON, so that they stay JSON.
func mutate(r *rand.Rand, b []byte) []byte {
	var tree any
	if r.IntN(2) == 0 && json.Unmarshal(b, &tree) == nil {
		out, err := json.Marshal(mutateTree(r, tree))
		if err == nil {
			return out
		}
	}
	out := bytes.Clone(b)
	for range 1 + r.IntN(4) {
		if len(out) < 2 {
			return out
		}
		from := r.IntN(len(out))
		to := min(len(out), from+1+r.IntN(12))
		switch r.IntN(4) {
		case 0:
			out[from] = byte(r.IntN(256))
		case 1:
			out = slices.Delete(out, from, to)
		case 2:
			out = slices.Insert(out, from, out[from:to]...)
		case 3:
			slices.Reverse(out[from:to])
		}
	}
	return out
}

// mutateTree puts something odd in the place of one value, somewhere in a tree, or takes the value out.
func mutateTree(r *rand.Rand, v any) any {
	odd := []any{nil, true, -1, 1e300, 0.5, "", "\x00", "x", "\xff", []any{}, map[string]any{}, []any{nil, 1, "x"}, map[string]any{"id": 1}}
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 || r.IntN(5) == 0 {
			break
		}
		names := slices.Sorted(maps.Keys(v))
		name := names[r.IntN(len(names))]
		if r.IntN(6) == 0 {
			delete(v, name)
			return v
		}
		v[name] = mutateTree(r, v[name])
		return v
	case []any:
		if len(v) == 0 || r.IntN(5) == 0 {
			break
		}
		i := r.IntN(len(v))
		v[i] = mutateTree(r, v[i])
		return v
	}
	return odd[r.IntN(len(odd))]
}

func unknownEvents(t *testing.T, h Harness) {
	require.NotEmpty(t, h.Unknown)
	for _, body := range h.Unknown {
		items := h.Split(body)
		require.NotEmpty(t, items, "%s", body)
		in, err := h.Adapter.Parse(items[0])
		require.NoError(t, err, "%s", body)
		require.Equal(t, channel.Ignore, in.Action, "%s", body)
		require.NotEmpty(t, in.Reason, "%s", body)
	}
}
