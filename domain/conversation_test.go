package domain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kontor/domain/channel"
	"kontor/domain/domaintest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/templates"
)

func TestMain(m *testing.M) { domaintest.Few(m, 8) }

// talk is a conversation with somebody, as it really was.
type talk struct {
	*domaintest.World
	person   string
	said     []channel.Inbound // by the person, told or not
	told     map[string]bool   // ids of what was told at least once
	unsent   map[string]bool
	edited   map[string]string
	answers  []task.Comment
	mistaken map[ids.ID]bool // answers of which somebody said wrongly that they had not arrived
}

func (c *talk) say(*rapid.T) {
	c.Clock.Add(time.Second)
	c.said = append(c.said, c.Says(c.person, fmt.Sprintf("%s %d", c.person, len(c.said))))
}

// any is something that the person said; nil when there is nothing.
func (c *talk) any(t *rapid.T) *channel.Inbound {
	if len(c.said) == 0 {
		return nil
	}
	return &c.said[rapid.IntRange(0, len(c.said)-1).Draw(t, "which")]
}

// hear has the platform tell of something that was said: any of it, in any order, and again.
func (c *talk) hear(t *rapid.T) {
	if in := c.any(t); in != nil {
		c.told[in.ExternalID] = true
		c.Hear(*in)
	}
}

// amend has the person edit or unsend something, of which the platform may tell before it tells of the message.
func (c *talk) amend(t *rapid.T) {
	in := c.any(t)
	if in == nil {
		return
	}
	c.Clock.Add(time.Second)
	change := *in
	change.OccurredAt, change.Opens = c.Clock.Now(), ""
	if rapid.Bool().Draw(t, "unsend") {
		change.Action, change.Text = channel.Unsend, ""
		c.unsent[in.ExternalID] = true
	} else {
		change.Action, change.Text = channel.Edit, in.Text+"!"
		change.Number = 1
		c.edited[in.ExternalID] = change.Text
	}
	c.Hear(change)
}

// tasks are those that the conversation has, merged ones too.
func (c *talk) tasks() []task.Task {
	var list []task.Task
	for _, x := range c.externals() {
		t, err := c.Tasks.Get(c.Ctx(), c.Account.ID, x.TaskID)
		require.NoError(c.T, err)
		if !slices.ContainsFunc(list, func(l task.Task) bool { return l.ID == t.ID }) {
			list = append(list, t)
		}
	}
	return list
}

// externals are the comments that came of what the person said, by its id.
func (c *talk) externals() map[task.External]task.Comment {
	var keys []task.External
	for _, in := range c.said {
		keys = append(keys, task.External{AccountID: c.Account.ID, ChannelID: c.Channel.ID, ExternalID: in.ExternalID})
	}
	known, err := c.Tasks.Known(c.Ctx(), keys)
	require.NoError(c.T, err)
	return known
}

func (c *talk) some(t *rapid.T) (task.Task, bool) {
	list := c.tasks()
	if len(list) == 0 {
		return task.Task{}, false
	}
	slices.SortFunc(list, func(a, b task.Task) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return list[rapid.IntRange(0, len(list)-1).Draw(t, "task")], true
}

func (c *talk) answer(t *rapid.T) {
	x, ok := c.some(t)
	if !ok {
		return
	}
	text := fmt.Sprintf("answer %d to %s", len(c.answers), c.person)
	a, err := c.Tasks.AddComment(c.Ctx(), c.Owner, x.ID, task.NewComment{Text: text, Visibility: task.Public})
	if x.MergedInto != nil {
		require.True(t, errs.Is(err, "task.merged"))
		return
	}
	require.NoError(t, err)
	c.answers = append(c.answers, a)
}

// deliver does what is due, with a platform that answers in any way.
func (c *talk) deliver(t *rapid.T) {
	taken := rapid.Bool().Draw(t, "taken")
	failure := rapid.SampledFrom([]*channel.Failure{
		nil, nil, {Class: channel.Unconfirmed}, {Class: channel.Temporary, Doubtful: true},
		{Class: channel.Temporary}, {Class: channel.Rejected, Reason: "delivery.failed"},
	}).Draw(t, "failure")
	if failure == nil {
		taken = true
	} else if failure.Class != channel.Unconfirmed && !failure.Doubtful {
		taken = false
	}
	first := true
	c.Fake.Answer(func(channel.Outgoing) (bool, error) {
		if !first || failure == nil {
			return true, nil
		}
		first = false
		return taken, failure
	})
	c.Deliver()
	c.Fake.Answer(nil)
	c.Clock.Add(rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, 3 * time.Minute}).Draw(t, "passes"))
}

// copies counts what the platform took of an answer.
func (c *talk) copies(m outbound.Message) (n int) {
	for _, taken := range c.Fake.Taken() {
		if taken.Token == m.Token {
			n++
		}
	}
	return n
}

// echo has the platform tell of an answer that it took.
func (c *talk) echo(t *rapid.T) {
	if len(c.answers) == 0 {
		return
	}
	m := c.Message(rapid.SampledFrom(c.answers).Draw(t, "answer"))
	if c.copies(m) == 0 {
		return
	}
	in := c.Says(c.person, m.Text)
	in.Action, in.Opens, in.Token, in.ExternalID = channel.Echo, "", m.Token, "m."+m.Token
	c.Hear(in)
	require.Equal(t, outbound.Sent, c.Message(task.Comment{AccountID: m.AccountID, ID: m.CommentID}).State)
}

// settle is somebody deciding about what is unconfirmed, or trying again what failed.
func (c *talk) settle(t *rapid.T) {
	for _, a := range c.answers {
		m, err := c.Message(a), error(nil)
		switch m.State {
		case outbound.Unconfirmed:
			arrived := rapid.Bool().Draw(t, "arrived")
			_, err = c.Outbound.Settle(c.Ctx(), c.Owner, m.ID, arrived)
			c.mistaken[a.ID] = c.mistaken[a.ID] || !arrived && c.copies(m) > 0
		case outbound.Failed:
			_, err = c.Outbound.Retry(c.Ctx(), c.Owner, m.ID)
		}
		require.NoError(t, err)
	}
}

func (c *talk) work(t *rapid.T) {
	x, ok := c.some(t)
	if !ok {
		return
	}
	status, err := rapid.SampledFrom([]string{"resolved", "resolved", "new", "merge", "unmerge"}).Draw(t, "does"), error(nil)
	switch status {
	case "merge":
		y, _ := c.some(t)
		_, err = c.Tasks.Merge(c.Ctx(), c.Owner, x.ID, y.ID)
	case "unmerge":
		_, err = c.Tasks.Unmerge(c.Ctx(), c.Owner, x.ID)
	default:
		_, err = c.Tasks.Update(c.Ctx(), c.Owner, x.ID, task.Change{Status: &status})
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Conflict || e.Kind == errs.Invalid) {
		err = nil // it may not be: it is merged, or another is active
	}
	require.NoError(t, err)
}

func (c *talk) check(t *rapid.T) {
	known := c.externals()
	require.Len(t, known, len(c.told), "everything that was told is there once")
	for x, comment := range known {
		require.True(t, c.told[x.ExternalID])
		require.Equal(t, c.unsent[x.ExternalID], comment.UnsentAt != nil)
		switch edit := c.edited[x.ExternalID]; {
		case c.unsent[x.ExternalID]:
			require.Empty(t, comment.Text)
		case edit != "":
			require.Equal(t, edit, comment.Text)
		}
	}
	active := 0
	for _, x := range c.tasks() {
		if x.Active {
			active++
			require.NotEqual(t, templates.CategoryResolved, x.Category)
		}
		if x.MergedInto != nil {
			require.False(t, x.Active)
			require.Empty(t, c.Comments(x))
		}
	}
	require.LessOrEqual(t, active, 1, "a conversation has one active task")
	for _, a := range c.answers {
		m := c.Message(a)
		if !c.mistaken[a.ID] {
			require.LessOrEqual(t, c.copies(m), 1, "nothing is sent twice")
		}
		if m.State == outbound.Sent && m.SentAt != nil && m.ExternalID != nil {
			require.Positive(t, c.copies(m), "what is sent was taken")
		}
	}
}

// TestAConversationWhateverHappens plays with one conversation on the real services: messages come again, late and in any
// order, answers are lost, and staff do what they like.
func TestAConversationWhateverHappens(t *testing.T) {
	t.Parallel()
	w, n := domaintest.New(t), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		c := &talk{
			World: w, person: fmt.Sprintf("person-%d", n), told: map[string]bool{}, unsent: map[string]bool{},
			edited: map[string]string{}, mistaken: map[ids.ID]bool{},
		}
		t.Repeat(map[string]func(*rapid.T){
			"say": c.say, "hear": c.hear, "hear 2": c.hear, "amend": c.amend, "answer": c.answer, "deliver": c.deliver,
			"echo": c.echo, "settle": c.settle, "work": c.work, "": c.check,
		})
		for _, e := range c.Events() {
			require.Contains(t, []inbound.State{inbound.Processed, inbound.Ignored}, e.State)
		}
	})
}
