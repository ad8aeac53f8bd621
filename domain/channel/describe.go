package channel

import (
	"time"

	"kontor/domain/account"
)

// Description says what a kind is. It is data: screens draw the settings form from it, services check input against it,
// and the reply policy is decided by it, without a word about any particular kind.
type Description struct {
	Kind         string       `json:"kind"`
	Name         string       `json:"name"` // the product's own name; names are not translated
	Settings     []Setting    `json:"settings"`
	Capabilities Capabilities `json:"capabilities"`
}

// Setting is one field of a kind's settings form. Its words are in the message catalogues: setting.<key>.label, .help, and
// setting.<key>.<choice> for each choice that is a word.
type Setting struct {
	Key     string `json:"key"`
	Type    string `json:"type"`              // object_template, contact_template, assignees, choice, yes_no, number
	Choices []any  `json:"choices,omitempty"` // words or whole numbers, as the setting has them
	Default any    `json:"default"`
	Min     int    `json:"min,omitempty"`
	Max     int    `json:"max,omitempty"`
}

// Capabilities say what a kind can do, with its limits.
type Capabilities struct {
	Transports []string                  `json:"transports"`
	TextLimit  int                       `json:"text_limit"`  // characters
	FileLimits map[FileType]int64        `json:"file_limits"` // bytes; a type that is missing cannot be sent
	Windows    map[Opening]time.Duration `json:"-"`           // how long an action opens the reply window
	Rules      []ReplyRule               `json:"-"`           // tried in order; the first that allows decides
	History    int                       `json:"history"`     // how many past messages the platform gives at most
	Modes      map[Mode]Manner           `json:"modes"`       // what else there is than Direct
}

// ReplyRule is one row of a kind's reply policy: who may write how, as long as the reply window is open or the last message
// is not too old. A kind without such limits has one rule with neither.
type ReplyRule struct {
	As      string              // response, human_agent, utility: what people are shown
	Authors []account.ActorKind // who may
	Window  bool                // only while the reply window is open
	MaxAge  time.Duration       // only so long after the person's last message; 0 means no limit
	Late    string              // code of why not when that is over; empty for the usual one
	// MessagingType and Tag are the platform's own words for the rule, kept with the message and shown.
	MessagingType string
	Tag           string
}
