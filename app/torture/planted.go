package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// edit is one text of a file of the program that stands there once, and what is put in its place.
type edit struct{ file, old, now string }

// flaw is a fault that is planted on purpose: the program is built with it, and the driver has to notice.
type flaw struct {
	name   string
	breaks string // the invariant that it breaks first
	edits  []edit
}

// flaws are planted one at a time. A test sees to it that they still fit the program.
func flaws() []flaw {
	return []flaw{
		{"a lost answer counts as a failure that passes", "I3", []edit{{
			"domain/outbound/steps.go", "case channel.Unconfirmed:\n\t\tm.State = Unconfirmed", "case channel.Unconfirmed:\n\t\tm.State, m.NotBefore = Queued, now",
		}}},
		{"a send that was interrupted is begun again", "I3", []edit{{
			"domain/outbound/steps.go", "m.State, m.UpdatedAt = Unconfirmed, now\n\tm.Failure", "m.State, m.UpdatedAt = Queued, now\n\tm.Failure",
		}}},
		{"claims and fences hold nobody off", "I3", []edit{
			{"domain/due/due.go", "@lease_until <= ?", "(@lease_until <= ? OR true)"},
			{"domain/due/due.go", "if err == nil && n == 0 {", "if err == nil && n < 0 {"},
			{"domain/due/due.go", "return among(work, back), err", "return among(work, work), err"},
			{"domain/outbound/store.go", `storage.Aside("t.state = 'queued'")`, `"true"`},
		}},
		{"the newest message of a lane goes first", "I5", []edit{{
			"domain/outbound/store.go", "ORDER BY m.id LIMIT 1)", "ORDER BY m.id DESC LIMIT 1)",
		}}},
		{"a webhook is answered before it is kept", "I1", []edit{{
			"domain/inbound/accept.go", "err := s.keep(ctx, group...)", "var err error\n\tgo func() { _ = s.keep(context.WithoutCancel(ctx), group...) }()",
		}}},
		{"what comes twice is kept twice", "I1", []edit{
			{"domain/inbound/accept.go", "eventKey{e.AccountID, e.ChannelID, e.Key, e.ID, e.ReceivedAt}", `eventKey{e.AccountID, e.ChannelID, e.Key + e.ID.String(), e.ID, e.ReceivedAt}`},
			{"domain/inbound/store.go", "SELECT account_id, channel_id, key, id, received_at FROM held", "SELECT account_id, channel_id, key || id::text, id, received_at FROM held"},
		}},
		{"lists are of all accounts", "I6", []edit{{
			"domain/storage/guard.go", `clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: "account_id"}, Value: a.id}.Build(b)`, `_, _ = b.WriteString("1 = 1")`,
		}}},
		{"work is looked for only when a bell rings", "I9", []edit{{
			"jobs/loop.go", "time.NewTicker(Sweep)", "time.NewTicker(1000 * Sweep)",
		}}},
		{"a merger leaves no entry in the audit log", "I11", []edit{{
			"domain/task/merge.go", `by.Entry("task.merged_into", "task"`, `by.Entry("task.forgotten", "task"`,
		}}},
		{"requests are logged with who may make them", "I12", []edit{{
			"app/httpapi/middleware.go", `slog.String("request_id", x.id),`, `slog.String("request_id", x.id+c.Request().Header.Get("Authorization")),`,
		}}},
		{"of a file one byte is kept", "I13", []edit{{
			"app/blob/blob.go", "err := f.Sync(); err != nil {", "err := errors.Join(f.Truncate(1), f.Sync()); err != nil {",
		}}},
		{"a repeated request has its effect again", "I14", []edit{{
			"domain/idempotency/idempotency.go", "if !written[0] {", "if len(written) == 0 {",
		}}},
		{"kept answers outlive who is erased", "I15", []edit{{
			"domain/dossier/erase.go", "s.Keys.Erase(ctx, by.AccountID)", "error(nil)",
		}}},
	}
}

// most is how many rounds may pass before a planted fault counts as overlooked.
const most = 4

// findPlanted plants each fault and plays until something is found.
func findPlanted(ctx context.Context, o options, _ time.Duration) error {
	folder, err := os.MkdirTemp("", "kontor-planted-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as somebody else and has a folder in it
		return err
	}
	o.keep, o.round = folder, min(o.round, 30)
	var overlooked error
	for _, f := range flaws() {
		if o.only != "" && !strings.Contains(f.name, o.only) {
			continue
		}
		said, err := find(ctx, o, f)
		if err != nil {
			return err
		}
		fmt.Printf("%-4s %s: %s\n", f.breaks, f.name, said)
		if !strings.Contains(said, f.breaks+":") {
			overlooked = errors.Join(overlooked, fmt.Errorf("overlooked: %s", f.name))
		}
	}
	return overlooked
}

// find builds the program with a flaw and says what was found, after how many kills.
func find(ctx context.Context, o options, f flaw) (string, error) {
	var err error
	if o.overlay, err = f.overlay(".", o.keep); err != nil {
		return "", err
	}
	o, clean, err := build(ctx, o)
	defer clean()
	if err != nil {
		return "", err
	}
	kills := 0
	for n := range uint64(most) {
		result, err := round(ctx, o, o.seed+n)
		kills += result.Kills
		_ = os.RemoveAll(result.folder)
		if err == nil {
			continue
		}
		lines := strings.Split(err.Error(), "\n")[1:]
		for _, l := range lines {
			if strings.HasPrefix(l, f.breaks+":") {
				return fmt.Sprintf("found after %d kills: %s", kills, l), nil
			}
		}
		if n+1 == most {
			return "found only " + strings.Join(lines, "; "), nil
		}
	}
	return fmt.Sprintf("not found in %d kills", kills), nil
}

// overlay writes the changed files and the description with which the program is built from them.
func (f flaw) overlay(root, folder string) (string, error) {
	replace := map[string]string{}
	for i, e := range f.edits {
		original, err := filepath.Abs(filepath.Join(root, e.file))
		if err != nil {
			return "", err
		}
		from := original
		if changed, ok := replace[original]; ok {
			from = changed
		}
		text, err := os.ReadFile(from) //nolint:gosec // of the program
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			return "", fmt.Errorf("%s: %q stands %d times in %s", f.name, e.old, n, e.file)
		}
		replace[original] = filepath.Join(folder, fmt.Sprintf("%d-%s", i, filepath.Base(e.file)))
		if err := os.WriteFile(replace[original], []byte(strings.Replace(string(text), e.old, e.now, 1)), 0o600); err != nil { //nolint:gosec // into a folder of ours
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "overlay.json")
	return name, os.WriteFile(name, text, 0o600)
}
