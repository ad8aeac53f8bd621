package httpapi

import (
	"context"
	"slices"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/outbound"
)

// CommentMessage is one thing that is delivered for a comment: its text, or one of its files.
type CommentMessage struct {
	MessageID     ids.ID             `json:"message_id"`
	Part          channel.Part       `json:"part" enum:"text,attachment"`
	AttachmentID  *ids.ID            `json:"attachment_id"`
	State         outbound.State     `json:"state" enum:"queued,sending,sent,delivered,read,unconfirmed,failed,refused,cancelled"`
	MessagingType string             `json:"messaging_type,omitempty" doc:"the platform's word for how it goes"`
	Tag           string             `json:"tag,omitempty"`
	Decision      *outbound.Decision `json:"decision" doc:"under which rule of the reply policy it goes, or why not"`
	NotBefore     time.Time          `json:"not_before" doc:"until then it waits; with a comment just written, to be undone"`
	SentAt        *time.Time         `json:"sent_at"`
	DeliveredAt   *time.Time         `json:"delivered_at"`
	ReadAt        *time.Time         `json:"read_at"`
	LeftAt        *time.Time         `json:"left_at" doc:"since when a failed or refused one is left alone"`
	Waits         *Waits             `json:"waits" doc:"why a queued one waits, when it is for its channel"`
	Error         *DeliveryError     `json:"error"`
	Attempts      int                `json:"attempts"`
}

// DeliveryError is why a message was not delivered, or is not known to be.
type DeliveryError struct {
	Class   channel.Class `json:"class,omitempty" doc:"what follows from it; empty when our own policy refused"`
	Reason  string        `json:"reason" doc:"stable code"`
	Advice  string        `json:"advice" doc:"what happened and what to do, in the reader's language"`
	Code    int           `json:"code,omitempty" doc:"the platform's"`
	Subcode int           `json:"subcode,omitempty"`
	Message string        `json:"message,omitempty" doc:"the platform's own words, in whatever language"`
	TraceID string        `json:"trace_id,omitempty" doc:"by which the platform's support finds it"`
}

// waitsOf says of each channel that has messages among the queued ones why these wait, if they do.
func (a *API) waitsOf(ctx context.Context, in account.ID, messages []outbound.Message) (map[ids.ID]*Waits, error) {
	var keys []channel.Key
	for _, m := range messages {
		if k := (channel.Key{AccountID: in, ID: m.ChannelID}); m.State == outbound.Queued && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	found, err := a.Channels.ByKeys(ctx, keys)
	x, now := exchangeOf(ctx), a.Clock.Now()
	waits := map[ids.ID]*Waits{}
	for k, c := range found {
		waits[k.ID] = x.waits(c.Holdup(now))
	}
	return waits, err
}

func (x *exchange) message(m outbound.Message, waits map[ids.ID]*Waits) CommentMessage {
	out := CommentMessage{
		MessageID: m.ID, Part: m.Part, AttachmentID: m.AttachmentID, State: m.State, Decision: m.Decision,
		NotBefore: m.NotBefore, SentAt: m.SentAt, DeliveredAt: m.DeliveredAt, ReadAt: m.ReadAt, LeftAt: m.LeftAt, Attempts: m.Attempts,
	}
	if d := m.Decision; d != nil {
		out.MessagingType, out.Tag = d.MessagingType, d.Tag
		if m.State == outbound.Refused {
			out.Error = &DeliveryError{Reason: d.Reason, Advice: x.text(d.Reason, nil)}
		}
	}
	if m.Failure != nil {
		out.Error = x.failure(m.Failure)
	}
	if m.State == outbound.Queued {
		out.Waits = waits[m.ChannelID]
	}
	return out
}

func (x *exchange) failure(f *channel.Failure) *DeliveryError {
	return &DeliveryError{f.Class, f.Reason, x.text(f.Reason, nil), f.Code, f.Subcode, f.Message, f.TraceID}
}

// Message is a message with what it belongs to.
type Message struct {
	CommentMessage
	TaskID    ids.ID    `json:"task_id"`
	Task      *TaskName `json:"task" doc:"null when it is gone"`
	CommentID ids.ID    `json:"comment_id"`
	ChannelID ids.ID    `json:"channel_id"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// TaskName is by what people know a task.
type TaskName struct {
	Number int64  `json:"number"`
	Title  string `json:"title"`
}

// tasksOf names the tasks of messages.
func (a *API) tasksOf(ctx context.Context, rows []outbound.Message) (map[ids.ID]*TaskName, error) {
	var keys []channel.Key
	for _, m := range rows {
		keys = append(keys, channel.Key{AccountID: m.AccountID, ID: m.TaskID})
	}
	found, err := a.Tasks.ByKeys(ctx, keys)
	names := make(map[ids.ID]*TaskName, len(found))
	for id, t := range found {
		names[id] = &TaskName{t.Number, t.Title}
	}
	return names, err
}

// wholeMessages shows messages of one account.
func (a *API) wholeMessages(ctx context.Context, in account.ID, rows ...outbound.Message) ([]Message, error) {
	waits, err := a.waitsOf(ctx, in, rows)
	if err != nil {
		return nil, err
	}
	tasks, err := a.tasksOf(ctx, rows)
	x := exchangeOf(ctx)
	shown := make([]Message, len(rows))
	for i, m := range rows {
		shown[i] = x.wholeMessage(m, waits, tasks)
	}
	return shown, err
}

func (x *exchange) wholeMessage(m outbound.Message, waits map[ids.ID]*Waits, tasks map[ids.ID]*TaskName) Message {
	return Message{x.message(m, waits), m.TaskID, tasks[m.TaskID], m.CommentID, m.ChannelID, m.Text, m.CreatedAt, m.UpdatedAt}
}

type listMessagesInput struct {
	Paging
	MessageFilter
}

func (a *API) listMessages(ctx context.Context, who account.Actor, in *listMessagesInput) (*answer[Page[Message]], error) {
	f, err := a.filter(ctx, who, in.MessageFilter, "query")
	if err != nil {
		return nil, err
	}
	rows, next, err := a.Outbound.List(ctx, who.AccountID, f, in.page())
	if err != nil {
		return nil, err
	}
	shown, err := a.wholeMessages(ctx, who.AccountID, rows...)
	return listed(shown, next, err)
}

// MessageAttempts is a message with every try to deliver it.
type MessageAttempts struct {
	Message
	Tries []Attempt `json:"tries"`
}

// Attempt is one try to deliver a message.
type Attempt struct {
	ID         ids.ID             `json:"id"`
	StartedAt  time.Time          `json:"started_at"`
	FinishedAt *time.Time         `json:"finished_at"`
	Outcome    string             `json:"outcome" doc:"sent, refused or a class of failure; empty while it runs or when it was interrupted"`
	Decision   *outbound.Decision `json:"decision"`
	Error      *DeliveryError     `json:"error"`
}

func (a *API) getMessage(ctx context.Context, who account.Actor, in *ByID) (*answer[MessageAttempts], error) {
	m, err := a.Outbound.Get(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.wholeMessages(ctx, who.AccountID, m)
	if err != nil {
		return nil, err
	}
	rows, err := a.Outbound.Attempts(ctx, who.AccountID, in.ID)
	x := exchangeOf(ctx)
	out := MessageAttempts{shown[0], []Attempt{}}
	for _, r := range rows {
		try := Attempt{r.ID, r.StartedAt, r.FinishedAt, r.Outcome, r.Decision, nil}
		if r.Failure != nil {
			try.Error = x.failure(r.Failure)
		}
		out.Tries = append(out.Tries, try)
	}
	return answered(out, err)
}

func (a *API) retryMessage(ctx context.Context, who account.Actor, in *ByID) (*answer[Message], error) {
	return a.stepped(ctx)(a.Outbound.Retry(ctx, who, in.ID))
}

func (a *API) cancelMessage(ctx context.Context, who account.Actor, in *ByID) (*answer[Message], error) {
	return a.stepped(ctx)(a.Outbound.Cancel(ctx, who, in.ID))
}

func (a *API) leaveMessage(ctx context.Context, who account.Actor, in *ByID) (*answer[Message], error) {
	return a.stepped(ctx)(a.Outbound.Leave(ctx, who, in.ID))
}

type settleInput struct {
	ByID
	Body struct {
		Outcome string `json:"outcome" enum:"sent,not_sent" doc:"what somebody saw on the platform"`
	}
}

func (a *API) settleMessage(ctx context.Context, who account.Actor, in *settleInput) (*answer[Message], error) {
	return a.stepped(ctx)(a.Outbound.Settle(ctx, who, in.ID, in.Body.Outcome == "sent"))
}

// stepped shows a message after a person's step.
func (a *API) stepped(ctx context.Context) func(outbound.Message, error) (*answer[Message], error) {
	return func(m outbound.Message, err error) (*answer[Message], error) {
		if err != nil {
			return nil, err
		}
		shown, err := a.wholeMessages(ctx, m.AccountID, m)
		if err != nil {
			return nil, err
		}
		return answered(shown[0], nil)
	}
}
