package httpapi

import (
	"fmt"

	"kontor/domain/account"
	"kontor/domain/channel"
)

// Kind says what a kind of channel is: screens draw its settings form from it and know its limits.
type Kind struct {
	Kind         string           `json:"kind"`
	Name         string           `json:"name"`
	Enabled      bool             `json:"enabled" doc:"false while the account has switched the kind off"`
	ByToken      bool             `json:"by_token" doc:"POST /channels connects one with a token"`
	ByLogin      bool             `json:"by_login" doc:"POST /channels/connect/{kind} leads to the platform's login"`
	Settings     []KindSetting    `json:"settings" doc:"its form, in order"`
	Capabilities KindCapabilities `json:"capabilities"`
}

// KindSetting is one field of the settings form.
type KindSetting struct {
	Key     string       `json:"key" doc:"of the channel's settings"`
	Type    string       `json:"type" enum:"object_template,contact_template,assignees,choice,yes_no,number"`
	Label   string       `json:"label" doc:"in the reader's language, as all words here"`
	Help    string       `json:"help"`
	Choices []KindChoice `json:"choices,omitempty"`
	Default any          `json:"default"`
	Min     *int         `json:"min,omitempty"`
	Max     *int         `json:"max,omitempty"`
}

// KindChoice is one choice of a setting.
type KindChoice struct {
	Value any    `json:"value" doc:"as the setting has it: a word or a whole number"`
	Label string `json:"label"`
}

// KindCapabilities say what a kind can do, with its limits.
type KindCapabilities struct {
	Transports []string                   `json:"transports"`
	TextLimit  int                        `json:"text_limit" doc:"characters of one message"`
	FileLimits map[channel.FileType]int64 `json:"file_limits" doc:"bytes by type of file; a type that is missing cannot be sent"`
	History    int                        `json:"history" doc:"how many past messages the platform gives at most"`
	Windows    map[channel.Opening]int    `json:"windows" doc:"for how many seconds an action of a person opens the reply window"`
	Rules      []KindRule                 `json:"rules" doc:"who may write when; the first that allows decides"`
	Modes      map[channel.Mode]KindMode  `json:"modes" doc:"what goes out besides direct messages: answer (publicly, under posts) and private_reply"`
}

// KindMode is what can be done in a mode.
type KindMode struct {
	Transport  string                     `json:"transport"`
	TextLimit  int                        `json:"text_limit"`
	FileLimits map[channel.FileType]int64 `json:"file_limits"`
	Together   bool                       `json:"together" doc:"a text and one file go as one message"`
	Rules      []KindRule                 `json:"rules"`
}

// KindRule is one row of the reply policy.
type KindRule struct {
	As      string              `json:"as" doc:"response, human_agent or utility"`
	Authors []account.ActorKind `json:"authors"`
	Window  bool                `json:"window" doc:"only while the reply window is open"`
	MaxAge  int                 `json:"max_age" doc:"seconds after the person's last message; 0: no limit"`
	Type    string              `json:"messaging_type" doc:"the platform's words"`
	Tag     string              `json:"tag,omitempty"`
}

func (x *exchange) kind(d channel.Description, enabled bool) Kind {
	c := d.Capabilities
	k := Kind{Kind: d.Kind, Name: d.Name, Enabled: enabled, Settings: []KindSetting{}, Capabilities: KindCapabilities{
		Transports: c.Transports, TextLimit: c.TextLimit, FileLimits: c.FileLimits, History: c.History,
		Windows: map[channel.Opening]int{}, Rules: kindRules(c.Rules), Modes: map[channel.Mode]KindMode{},
	}}
	for _, s := range d.Settings {
		k.Settings = append(k.Settings, x.setting(s))
	}
	for opening, lasts := range c.Windows {
		k.Capabilities.Windows[opening] = int(lasts.Seconds())
	}
	for mode, m := range c.Modes {
		k.Capabilities.Modes[mode] = KindMode{m.Transport, m.TextLimit, m.FileLimits, m.Together, kindRules(m.Rules)}
	}
	return k
}

func kindRules(list []channel.ReplyRule) []KindRule {
	rules := make([]KindRule, len(list))
	for i, r := range list {
		rules[i] = KindRule{r.As, r.Authors, r.Window, int(r.MaxAge.Seconds()), r.MessagingType, r.Tag}
	}
	return rules
}

func (x *exchange) setting(s channel.Setting) KindSetting {
	code := "setting." + s.Key + "."
	shown := KindSetting{
		Key: s.Key, Type: s.Type, Label: x.text(code+"label", nil), Help: x.text(code+"help", nil), Default: s.Default,
	}
	for _, value := range s.Choices {
		choice := KindChoice{value, fmt.Sprint(value)}
		if word, ok := value.(string); ok {
			choice.Label = x.text(code+word, nil)
		}
		shown.Choices = append(shown.Choices, choice)
	}
	if s.Max > 0 {
		shown.Min, shown.Max = &s.Min, &s.Max
	}
	return shown
}
