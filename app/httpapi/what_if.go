package httpapi

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/task"
)

// WhatIf is what the choices of a channel's rule for new tasks would have made of the last thirty days.
type WhatIf struct {
	Since    time.Time      `json:"since"`
	Messages WhatIfCompared `json:"messages" doc:"by new_task and active_scope"`
	Comments WhatIfCompared `json:"comments" doc:"by comment_new_task and comment_scope"`
	More     bool           `json:"more" doc:"there was more than 20000 messages: the newest were looked at"`
}

// WhatIfCompared is what was heard, what was really made of it, and what each choice would have made.
type WhatIfCompared struct {
	Heard   int            `json:"heard" doc:"messages or comments"`
	Made    int            `json:"made" doc:"tasks that were really made of them"`
	Choices []WhatIfChoice `json:"choices"`
}

// WhatIfChoice is one way of the rule.
type WhatIfChoice struct {
	NewTask  channel.NewTask `json:"new_task" enum:"when_none_active,reopen_last"`
	Scope    string          `json:"scope" enum:"conversation,contact,post,thread,author"`
	Made     int             `json:"made" doc:"tasks that it would have made"`
	Reopened int             `json:"reopened" doc:"times that a task would have come back"`
	Examples []WhatIfExample `json:"examples" doc:"where it would have done something else than what was done"`
}

// WhatIfExample is a message with which a choice would have done something else.
type WhatIfExample struct {
	TaskID ids.ID     `json:"task_id" doc:"the task that the message is on"`
	Number int64      `json:"number"`
	Title  string     `json:"title"`
	At     time.Time  `json:"at"`
	Would  task.Would `json:"would" enum:"make,reopen,continue" doc:"what would have become of it: a task of its own, a resolved one come back, or more of an active one"`
}

func compared(c task.Compared) WhatIfCompared {
	out := WhatIfCompared{c.Heard, c.Made, make([]WhatIfChoice, len(c.Choices))}
	for i, x := range c.Choices {
		out.Choices[i] = WhatIfChoice{x.NewTask, x.Scope, x.Made, x.Reopened, make([]WhatIfExample, len(x.Examples))}
		for j, e := range x.Examples {
			out.Choices[i].Examples[j] = WhatIfExample(e)
		}
	}
	return out
}

// whatIf compares the choices of the rule for new tasks.
func (a *API) whatIf(ctx context.Context, who account.Actor, in *ByID) (*answer[WhatIf], error) {
	if _, err := a.Channels.Get(ctx, who.AccountID, in.ID); err != nil {
		return nil, err
	}
	w, err := a.Tasks.WhatIf(ctx, who.AccountID, in.ID)
	return answered(WhatIf{w.Since, compared(w.Messages), compared(w.Comments), w.Cut}, err)
}
