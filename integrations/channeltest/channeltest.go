// Package channeltest is the suite that every kind of channel must pass: what domain/channel/adapter.go promises, put to
// the test. A kind brings a Harness; see integrations/facebook for one. Only tests import it.
package channeltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/channel"
)

// Harness is what a kind brings along. Everything in it belongs to one test.
type Harness struct {
	Adapter  channel.Adapter
	Access   channel.Access // of a channel that the provider knows
	Person   string         // somebody who may be written to
	Rule     channel.ReplyRule
	Split    func(body []byte) []channel.Item // the kind's side of its door
	Samples  []Sample
	Unknown  [][]byte // bodies with events that nobody has thought of
	Provider Provider
	Secrets  []string // what must never be seen in an error, a log or a description
}

// Sample is a body that came in, and what its first item means.
type Sample struct {
	Name string
	Body []byte
	Want channel.Action
}

// Provider is the far side: a fake that does as it is told, and knows what it has really taken.
type Provider interface {
	// Accept makes it take everything and say so; that is how it begins.
	Accept()
	// Refuse makes it answer so that the failure is of a class, repeating the secrets it was given wherever it can. False
	// when the provider has no such failure.
	Refuse(channel.Class) bool
	// Hang makes it take what comes and never answer. took is called when it has taken something.
	Hang(took func())
	// Taken is what it has taken, in order.
	Taken() []Taken
}

// Taken is one message that the provider has taken.
type Taken struct {
	ID     string
	Person string
	Text   string
	Token  string
	File   []byte
}

// Run runs the suite. fresh makes a harness with a provider of its own.
func Run(t *testing.T, fresh func(t *testing.T) Harness) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Harness){
		"describes_itself":                    describes,
		"samples_mean_what_they_should":       samples,
		"told_twice_has_the_same_key":         keys,
		"parsing_is_the_same_every_time":      deterministic,
		"mutated_bytes_do_no_harm":            mutated,
		"unknown_events_are_ignored":          unknownEvents,
		"sends_a_text":                        sendsText,
		"sends_a_file":                        sendsFile,
		"refuses_what_is_too_much":            tooMuch,
		"every_class_of_failure_is_reached":   classes,
		"a_lost_answer_is_unconfirmed":        lostAnswer,
		"what_never_left_is_temporary":        neverLeft,
		"a_file_that_cannot_be_read":          unreadableFile,
		"secrets_stay_secret":                 secrets,
		"connects_twice":                      connects,
		"logs_in":                             login,
		"a_profile_that_is_none_is_empty":     profiles,
		"reads_back_what_was_taken":           readsBack,
		"history_is_older_and_opens_no_reply": history,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

// failure makes sure that an error is what the contract says, and shows no secret.
func (h Harness) failure(t *testing.T, err error) *channel.Failure {
	t.Helper()
	f, ok := errors.AsType[*channel.Failure](err)
	require.True(t, ok, "an error of an adapter is a *channel.Failure, not %T: %v", err, err)
	require.NotEmpty(t, f.Reason)
	h.hidden(t, f)
	return f
}

// hidden makes sure that nothing of a value that people or logs may see shows a secret.
func (h Harness) hidden(t *testing.T, v any) {
	t.Helper()
	asJSON, err := json.Marshal(v)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
	for _, shown := range []string{string(asJSON), log.String(), fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
		for _, s := range h.Secrets {
			require.NotContains(t, shown, s)
		}
	}
}

// text is a message that carries a text.
func (h Harness) text(text string) channel.Outgoing {
	return channel.Outgoing{Token: channel.TokenPrefix + "TESTTOKEN", Person: h.Person, Text: text, Rule: h.Rule}
}

// file is a message that carries a file, of the first type that the kind can send. It says when the file was closed.
func (h Harness) file(content []byte) (m channel.Outgoing, closed *bool) {
	closed = new(bool)
	m = h.text("")
	m.File = &channel.OutFile{
		Name: "file.png", MIME: "image/png", Size: int64(len(content)),
		Open: func(context.Context) (io.ReadCloser, error) { return &opened{bytes.NewReader(content), closed}, nil },
	}
	limits := h.Adapter.Describe().Capabilities.FileLimits
	for _, t := range []channel.FileType{channel.Image, channel.Document, channel.Video, channel.Audio} {
		if limits[t] > 0 {
			m.File.Type = t
			break
		}
	}
	return m, closed
}

// opened is an open file that notes when it is closed.
type opened struct {
	io.Reader
	closed *bool
}

// Close notes that the file was closed.
func (o *opened) Close() error {
	*o.closed = true
	return nil
}
