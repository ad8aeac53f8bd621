package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kontor/app"
	"kontor/domain/attachment"
	"kontor/domain/ids"
	"kontor/domain/outbound"
	"kontor/integrations/metasim"
)

// drainTime is how long everything may take to come to rest once nothing goes wrong any more.
const drainTime = 150 * time.Second

// drain waits until everything has come to rest, as a person who is asked what became of a message tells the truth.
func (w *world) drain(ctx context.Context, a *app.App) error {
	w.staff.Wait()
	for _, t := range w.tenants {
		for _, c := range t.channels {
			w.turnOn(ctx, t, c)
		}
	}
	waits := ""
	err := until(drainTime, func() bool {
		waits = w.waits(ctx, a)
		return waits == ""
	})
	if err != nil {
		return broken("I9: %v after everything was well again, %s", drainTime, waits)
	}
	return nil
}

const answersWait = "answers wait"

// waits says what has not come to rest; empty when all has.
func (w *world) waits(ctx context.Context, a *app.App) string {
	failed := w.sim.RetryNow()
	if h := w.sim.ChangeWebhooks(func(h *metasim.Webhooks) { h.Copies, h.Batch, h.Parallel = 1, 20, 8 }); failed+h.Pending+h.InFlight > 0 {
		return fmt.Sprintf("%d webhooks are on their way", failed+h.Pending+h.InFlight)
	}
	for what, query := range map[string]string{
		"events are not processed": `SELECT count(*) FROM inbound_events WHERE state IN ('received', 'waiting', 'held')`,
		"files are not fetched":    `SELECT count(*) FROM attachments WHERE state = 'pending' AND comment_id IS NOT NULL`,
		"leads wait":               `SELECT count(*) FROM leads WHERE state = 'waiting'`,
		answersWait:                `SELECT count(*) FROM messages WHERE state IN ('queued', 'sending', 'unconfirmed')`,
	} {
		var n int
		if err := a.DB.SQL().QueryRowContext(ctx, query).Scan(&n); err != nil {
			return err.Error()
		}
		if n > 0 {
			if what == answersWait {
				if err := w.tellTheTruth(ctx, a); err != nil {
					return err.Error()
				}
			}
			return fmt.Sprint(n, " ", what)
		}
	}
	return ""
}

// message is an answer as the program believes it to be.
type message struct {
	account    ids.ID
	id         ids.ID
	text       string
	token      string
	state      outbound.State
	lane       string
	needs      bool // somebody has to say what became of it
	author     string
	channel    string // the platform's id of the page
	attachment ids.ID
	externalID sql.NullString
}

func (w *world) messages(ctx context.Context, a *app.App) (all []message, err error) {
	err = each(ctx, a.DB.SQL(), `SELECT m.account_id, m.id, m.text, m.token, m.state, m.lane, m.author_kind, c.external_id, m.attachment_id, m.external_id, m.failure
		FROM messages AS m JOIN channels AS c ON c.account_id = m.account_id AND c.id = m.channel_id ORDER BY m.account_id, m.lane, m.id`,
		func(rows *sql.Rows) error {
			var m message
			var failure sql.NullString
			var file *ids.ID
			if err := rows.Scan(&m.account, &m.id, &m.text, &m.token, &m.state, &m.lane, &m.author, &m.channel, &file, &m.externalID, &failure); err != nil {
				return err
			}
			if file != nil {
				m.attachment = *file
			}
			m.needs = m.state == outbound.Unconfirmed && strings.Contains(failure.String, "needs_person")
			all = append(all, m)
			return nil
		})
	return all, err
}

// each reads what a query finds, row by row.
func each(ctx context.Context, db *sql.DB, query string, read func(*sql.Rows) error) (err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// marks are by what the platform and the program call the same message: our token where there is room for it, else the text.
func mark(sent metasim.Accepted) string { return cmp.Or(sent.Metadata, sent.Text) }

// hung is how many answers the platform has taken without ever saying so.
func (w *world) hung() (n int) {
	for _, sent := range w.sim.Ledger(metasim.LedgerQuery{}) {
		if sent.Answer == metasim.AnswerHang {
			n++
		}
	}
	return n
}

// sends are the places in the ledger by mark.
func (w *world) sends() map[string][]int {
	place := map[string][]int{}
	for i, sent := range w.sim.Ledger(metasim.LedgerQuery{}) {
		place[mark(sent)] = append(place[mark(sent)], i)
	}
	return place
}

// of is where a message stands in the ledger.
func (m message) of(place map[string][]int) []int {
	if at := place[m.token]; len(at) > 0 || m.text == "" {
		return at
	}
	return place[m.text]
}

// tellTheTruth is a person who has looked: every message that asks for one is settled as it is.
func (w *world) tellTheTruth(ctx context.Context, a *app.App) error {
	list, err := w.messages(ctx, a)
	if err != nil {
		return err
	}
	place := w.sends()
	for _, m := range list {
		if !m.needs {
			continue
		}
		for _, t := range w.tenants {
			if t.actor.AccountID == m.account {
				arrived := len(m.of(place)) > 0
				w.note("settle %q arrived=%v", m.text, arrived)
				if _, err := a.Services.Outbound.Settle(ctx, t.actor, m.id, arrived); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// check compares what the program believes with what has happened.
func (w *world) check(ctx context.Context, a *app.App) error {
	var wrong []error
	for _, look := range []func(context.Context, *app.App) ([]error, error){
		w.checkCustomers, w.checkLeads, w.checkEvents, w.checkAnswers, w.checkFiles, w.checkRequests, w.checkAudit, w.checkScope,
		w.checkSecrets, w.checkErasure,
	} {
		found, err := look(ctx, a)
		if err != nil {
			return err
		}
		wrong = append(wrong, found...)
	}
	w.figures.Wrong = len(wrong)
	return all(wrong)
}

// checkCustomers: everything that customers wrote is there once, as it stands with the platform (I1, I2).
func (w *world) checkCustomers(ctx context.Context, a *app.App) (wrong []error, err error) {
	rows, err := a.DB.SQL().QueryContext(ctx, `SELECT account_id, external_id, text, unsent_at IS NOT NULL FROM comments
		WHERE author_kind = 'contact' AND external_id IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := map[string]int{}
	for rows.Next() {
		var owner ids.ID
		var id, text string
		var unsent bool
		if err := rows.Scan(&owner, &id, &text, &unsent); err != nil {
			return nil, err
		}
		u := w.said[id]
		if u == nil {
			wrong = append(wrong, broken("I1: nobody wrote %s %q", id, text))
			continue
		}
		found[id]++
		switch {
		case owner != u.tenant.actor.AccountID:
			wrong = append(wrong, broken("I6: %q is with the wrong account", u.text))
		case u.gone != unsent:
			wrong = append(wrong, broken("I1: %s %q taken back %v, shown as %v", id, u.text, u.gone, unsent))
		case !u.gone && text != u.text:
			wrong = append(wrong, broken("I1: %s says %q and is shown as %q", id, u.text, text))
		}
	}
	for id, u := range w.said {
		if n := found[id]; n != 1 {
			wrong = append(wrong, broken("I1: %s %q gone=%v is there %d times", id, u.text, u.gone, n))
		}
	}
	return wrong, rows.Err()
}

// checkLeads: every lead has become a task, once (I1).
func (w *world) checkLeads(ctx context.Context, a *app.App) (wrong []error, err error) {
	rows, err := a.DB.SQL().QueryContext(ctx, `SELECT external_id, count(*), count(task_id) FROM leads GROUP BY external_id`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := map[string]bool{}
	for rows.Next() {
		var id string
		var n, tasks int
		if err := rows.Scan(&id, &n, &tasks); err != nil {
			return nil, err
		}
		found[id] = true
		if n != 1 || tasks != 1 {
			wrong = append(wrong, broken("I1: lead %s has %d rows and %d tasks", id, n, tasks))
		}
	}
	for id := range w.leads {
		if !found[id] {
			wrong = append(wrong, broken("I1: lead %s is lost", id))
		}
	}
	return wrong, rows.Err()
}

// checkEvents: nothing that was in order is in quarantine, and the vault has nothing twice.
func (w *world) checkEvents(ctx context.Context, a *app.App) (wrong []error, err error) {
	for what, query := range map[string]string{
		"in quarantine": `SELECT type, reason, count(*) FROM inbound_events WHERE state = 'failed' GROUP BY type, reason`,
		"kept twice":    `SELECT type, key, count(*) FROM inbound_events GROUP BY account_id, channel_id, type, key HAVING count(*) > 1`,
	} {
		err = errors.Join(err, each(ctx, a.DB.SQL(), query, func(rows *sql.Rows) error {
			var kind, which string
			var n int
			if err := rows.Scan(&kind, &which, &n); err != nil {
				return err
			}
			wrong = append(wrong, broken("I1: %d events of type %s are %s: %s", n, kind, what, which))
			return nil
		}))
	}
	return wrong, err
}

// checkAnswers: nothing went out twice (I3), what is believed is true (I4), the order was kept (I5), everything went by its
// own page (I7), and nothing went that the platform's policy does not allow (I8).
func (w *world) checkAnswers(ctx context.Context, a *app.App) (wrong []error, err error) {
	list, err := w.messages(ctx, a)
	if err != nil {
		return nil, err
	}
	ledger, place := w.sim.Ledger(metasim.LedgerQuery{}), w.sends()
	w.figures.Accepted, w.figures.Hung = len(ledger), w.hung()
	for _, sent := range ledger {
		if sent.Answer != "" {
			w.figures.Lost++
		}
	}
	known := map[string]bool{}
	last := map[string]int{}
	for _, m := range list {
		known[m.token], known[m.text] = true, true
		at := m.of(place)
		accepted := len(at) > 0
		switch m.state {
		case outbound.Sent, outbound.Delivered, outbound.Read:
			if !accepted {
				wrong = append(wrong, broken("I4: %q %s is believed to be sent", m.text, m.token))
			}
		case outbound.Failed, outbound.Refused, outbound.Cancelled:
			if accepted {
				wrong = append(wrong, broken("I4: %q %s is believed to have failed (%s)", m.text, m.token, m.state))
			}
		default:
			wrong = append(wrong, broken("I9: %q %s is still %s", m.text, m.token, m.state))
		}
		if !accepted {
			continue
		}
		if at[0] < last[m.lane] {
			wrong = append(wrong, broken("I5: %q %s overtook what was written before it", m.text, m.token))
		}
		last[m.lane] = at[0]
		if sent := ledger[at[0]]; sent.Page != m.channel {
			wrong = append(wrong, broken("I7: %q %s of page %s was sent by page %s", m.text, m.token, m.channel, sent.Page))
		}
	}
	for name, at := range place {
		if len(at) > 1 {
			wrong = append(wrong, broken("I3: %q was accepted %d times", name, len(at)))
		}
		if !known[name] {
			wrong = append(wrong, broken("I3: nobody wrote %q", name))
		}
	}
	for _, sent := range ledger {
		allowed := sent.Tag == "HUMAN_AGENT" || sent.Tag == "" && sent.Window
		if direct := sent.PSID != "" && sent.Under == ""; direct && !allowed {
			wrong = append(wrong, broken("I8: %q %q went with tag %q and window %v", sent.Text, sent.Metadata, sent.Tag, sent.Window))
		}
	}
	return wrong, nil
}

// checkFiles: what is kept of a file is what it was, and what was sent is what was uploaded (I13).
func (w *world) checkFiles(ctx context.Context, a *app.App) (wrong []error, err error) {
	list, err := w.messages(ctx, a)
	if err != nil {
		return nil, err
	}
	ledger, place := w.sim.Ledger(metasim.LedgerQuery{}), w.sends()
	sent := map[ids.ID][]string{}
	for _, m := range list {
		if at := m.of(place); m.attachment != ids.Nil && len(at) > 0 {
			sent[m.attachment] = ledger[at[0]].Attachments
		}
	}
	var files []attachment.Attachment
	if err := each(ctx, a.DB.SQL(), `SELECT account_id, id, sha256, size, state, blob, comment_id IS NOT NULL FROM attachments`, func(rows *sql.Rows) error {
		var f attachment.Attachment
		var used bool
		if err := rows.Scan(&f.AccountID, &f.ID, &f.SHA256, &f.Size, &f.State, &f.Blob, &used); err != nil {
			return err
		}
		if f.State == attachment.Pending && used {
			wrong = append(wrong, broken("I9: file %s is not fetched", f.ID))
		}
		if f.State == attachment.Stored {
			files = append(files, f)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, f := range files {
		content, err := a.Services.Attachments.Open(ctx, f)
		if err != nil {
			wrong = append(wrong, broken("I13: file %s cannot be read: %v", f.ID, err))
			continue
		}
		sum := sha256.New()
		n, err := io.Copy(sum, content)
		_ = content.Close()
		if hash := hex.EncodeToString(sum.Sum(nil)); err != nil || hash != f.SHA256 || n != f.Size {
			wrong = append(wrong, broken("I13: file %s is not what it was: %v", f.ID, err))
		}
		if hashes := sent[f.ID]; len(hashes) > 0 && !slices.Equal(hashes, []string{f.SHA256}) {
			wrong = append(wrong, broken("I13: of file %s something else was sent", f.ID))
		}
	}
	return wrong, nil
}

// checkAudit: every change that was answered with yes has left its entry, once (I11).
func (w *world) checkAudit(ctx context.Context, a *app.App) (wrong []error, err error) {
	found, asked := map[string]int{}, map[string]int{}
	if err := each(ctx, a.DB.SQL(), `SELECT action, object_id, count(*) FROM audit_log WHERE actor_kind = 'staff'
		AND action IN ('task.changed', 'task.merged_into') GROUP BY action, object_id`, func(rows *sql.Rows) error {
		var action, object string
		var n int
		err := rows.Scan(&action, &object, &n)
		found[action+" "+object] = n
		return err
	}); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.asked {
		if r.audit != "" && r.status < 300 {
			asked[r.audit+" "+strings.Split(r.path, "/")[2]]++
		}
	}
	for name, n := range asked {
		if found[name] < n {
			wrong = append(wrong, broken("I11: %s was done %d times and is in the audit log %d times", name, n, found[name]))
		}
	}
	return wrong, nil
}

// checkRequests: what was answered with yes is there once, and what was refused is not (I14).
func (w *world) checkRequests(ctx context.Context, a *app.App) (wrong []error, err error) {
	// What went with the comment above it has lost its text, and is there all the same.
	rows, err := a.DB.SQL().QueryContext(ctx, `SELECT x.text, count(*) FROM (SELECT CASE WHEN c.unsent_at IS NULL THEN c.text ELSE
		(SELECT m.text FROM messages AS m WHERE m.account_id = c.account_id AND m.comment_id = c.id) END AS text
		FROM comments AS c WHERE c.author_kind = 'staff') AS x WHERE x.text IS NOT NULL GROUP BY x.text`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := map[string]int{}
	for rows.Next() {
		var text string
		var n int
		if err := rows.Scan(&text, &n); err != nil {
			return nil, err
		}
		found[text] = n
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.asked {
		switch n := found[r.text]; {
		case r.status == 0:
			wrong = append(wrong, broken("I9: nobody answered %s %s", r.method, r.path))
		case r.text == "":
		case r.status < 300 && n != 1, r.status >= 300 && n != 0:
			wrong = append(wrong, broken("I14: %q was answered with %d and is there %d times", r.text, r.status, n))
		}
	}
	return wrong, rows.Err()
}

// checkScope: no account is shown a byte of another's (I6).
func (w *world) checkScope(ctx context.Context, _ *app.App) (wrong []error, err error) {
	for _, t := range w.tenants {
		for _, path := range []string{"/tasks?limit=200", "/contacts?limit=200", "/messages?limit=200", "/events?limit=200", "/audit?limit=200"} {
			r := &request{tenant: t, method: "GET", path: path}
			if !w.insist(ctx, r) {
				wrong = append(wrong, broken("I9: %s was answered with %d", path, r.status))
				continue
			}
			for _, other := range w.tenants {
				if other != t && strings.Contains(string(r.answer), other.canary) {
					wrong = append(wrong, broken("I6: %s shows %s to %s", path, other.canary, t.canary))
				}
			}
		}
	}
	return wrong, nil
}

// checkSecrets: no secret stands in a log (I12).
func (w *world) checkSecrets(context.Context, *app.App) (wrong []error, err error) {
	secrets := []string{appSecret, verifyToken}
	for _, t := range w.tenants {
		secrets = append(secrets, t.token)
		for _, p := range t.pages {
			secrets = append(secrets, p.Token)
		}
	}
	for _, c := range w.children {
		text, err := os.ReadFile(filepath.Join(w.folder, c.name+".log"))
		if err != nil {
			return nil, err
		}
		for _, s := range secrets {
			if strings.Contains(string(text), s) {
				wrong = append(wrong, broken("I12: the log of %s has a secret in it", c.name))
			}
		}
		if strings.Contains(string(text), "panic") {
			wrong = append(wrong, broken("the log of %s tells of a panic", c.name))
		}
	}
	return wrong, nil
}
