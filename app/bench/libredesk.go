package bench

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"

	"kontor/app/servers"
)

// libredesk is what some lines are compared with: a support desk in Go on PostgreSQL and Redis, github.com/abhinavxd/libredesk.
const libredesk = "Libredesk"

// What stands in where its program is not at hand. On another machine, and on the same one on another day, ratios to it say
// little.
const libredeskElsewhere = "2.7.0 (948ffd8), measured in November 2026 with wrk on 2 virtual cores of an AMD EPYC, 24 GB, PostgreSQL 15.18; not in this run"

func libredeskFigures() map[string]float64 {
	return map[string]float64{"9": 336, "10": 636, "11": 1004, "12": 188, "13": 622, "15a": 45, "15b": 89, "16": 182}
}

// libredeskHere says which Libredesk is measured.
func libredeskHere(ctx context.Context, program string) string {
	said, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(said)) + ", measured in this run"
}

const (
	libredeskContacts = 100_000 // as the reference has, however many conversations

	libredeskUser     = "System"
	libredeskPassword = "Wide-blue-tricycle1" //nolint:gosec // of databases that are only measured
)

//go:embed reference/libredesk.toml
var libredeskSettings string

// peer is a Libredesk that runs, with somebody who has signed in.
type peer struct {
	*process
	headers []string
	long    []string // conversations with 50 messages
	some    []string // others
}

func (p *peer) get(path string) []byte { return request("GET", "/api/v1"+path, nil, p.headers...) }

func (p *peer) post(path string, body map[string]any) []byte {
	text, _ := json.Marshal(body) //nolint:errcheck,errchkjson // plain values
	return request("POST", "/api/v1"+path, text, p.headers...)
}

// list are the open conversations, as its screens ask for them: "assigned" to whoever asks, or "all".
func (p *peer) list(whose string) []byte {
	open := `[{"model":"conversation_statuses","field":"name","operator":"equals","value":"Open"}]`
	return p.get("/conversations/" + whose + "?page_size=50&filters=" + url.QueryEscape(open))
}

func (p *peer) messages(n int) []byte {
	return p.get("/conversations/" + p.long[n%len(p.long)] + "/messages?page_size=50")
}

func (p *peer) note(n int) []byte {
	return p.post("/conversations/"+p.some[n*7919%len(p.some)]+"/messages", map[string]any{
		"message": "Asked the warehouse, they look on Monday.", "private": true, "sender_type": "agent",
	})
}

// conversation is a new one with somebody who is known: whom it does not know it gives a password, and thinks about its hash
// for longer than about all else.
func (p *peer) conversation(n int) []byte {
	return p.post("/conversations", map[string]any{
		"inbox_id": 1, "contact_email": fmt.Sprintf("contact%d@example.com", 1+n*7919%libredeskContacts), "first_name": "Ida", "last_name": "Known",
		"subject": "My order", "content": "Is it still available, and can you pack it as a gift?", "initiator": "contact",
	})
}

// load has the peer do over some connections what a line measures of Kontor.
func (p *peer) load(key string) (d drive, read func(driven) float64) {
	d = drive{addr: p.addr, conns: 8, warm: warmed, want: http.StatusOK}
	p99 := func(d driven) float64 { return d.times.at(0.99) }
	switch key {
	case "9":
		d.next = func(int) []byte { return p.list("assigned") }
		return d, p99
	case "10":
		d.conns, d.next = 1, func(int) []byte { return p.list("all") }
		return d, p99
	case "11":
		d.next = p.messages
	case "12":
		d.next = p.conversation
	case "13":
		d.next = p.note
	}
	return d, driven.rate
}

// besideLibredesk notes a figure of Kontor's, and what Libredesk does instead with as many conversations as there were tasks.
func (b *bench) besideLibredesk(ctx context.Context, key string, figure float64, conversations int) error {
	if b.Libredesk == "" {
		b.report.add(key, figure, libredeskFigures()[key])
		return nil
	}
	return b.withLibredesk(ctx, conversations, func(p *peer) error {
		load, read := p.load(key)
		load.last = b.Last
		d, err := load.run(ctx)
		if err == nil {
			b.report.add(key, figure, read(d))
		}
		return err
	})
}

// libredeskFootprint is how long Libredesk takes to start, in milliseconds, and its memory in megabytes: by the keys of lines.
func (b *bench) libredeskFootprint(ctx context.Context, conversations int) (map[string]float64, error) {
	if b.Libredesk == "" {
		return libredeskFigures(), nil
	}
	out := map[string]float64{}
	return out, b.withLibredesk(ctx, conversations, func(p *peer) (err error) {
		out["16"] = p.ready.Seconds() * 1000
		time.Sleep(min(rest, b.Last))
		if out["15a"], err = p.memory(); err != nil {
			return err
		}
		for _, conns := range []int{8, 32} {
			for _, key := range []string{"9", "11", "12", "13"} {
				load, _ := p.load(key)
				load.conns, load.last = conns, b.Last/4
				if _, err := load.run(ctx); err != nil {
					return err
				}
			}
		}
		out["15b"], err = p.memory()
		return err
	})
}

// withLibredesk runs one on so many conversations, which are made unless they are there.
func (b *bench) withLibredesk(ctx context.Context, conversations int, f func(p *peer) error) error {
	database := fmt.Sprintf("kontor_bench_libredesk_%d", conversations)
	port, err := servers.FreePort()
	if err != nil {
		return err
	}
	folder, addr := filepath.Join(b.folder, "libredesk"), "127.0.0.1:"+port
	if err := b.configureLibredesk(folder, database, addr); err != nil {
		return err
	}
	if err := b.libredeskData(ctx, folder, database, conversations); err != nil {
		return fmt.Errorf("make Libredesk's data: %w", err)
	}
	if err := b.exec(ctx, database, "CHECKPOINT"); err != nil {
		return err
	}
	cmd := exec.Command(b.Libredesk) //nolint:gosec // named by whoever measures
	cmd.Dir = folder
	started, err := b.start(cmd)
	if err != nil {
		return err
	}
	if err := started.await(ctx, addr, "/health"); err != nil {
		return err
	}
	defer started.kill()
	p := &peer{process: started}
	db, err := sql.Open("pgx", b.url(database))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for having, to := range map[string]*[]string{"= 50": &p.long, "< 50 LIMIT 5000": &p.some} {
		if *to, err = column(ctx, db, `SELECT c.uuid::text FROM conversations c JOIN conversation_messages m ON m.conversation_id = c.id
			GROUP BY 1 HAVING count(*) `+having); err != nil {
			return err
		}
	}
	cookies, err := cookiesFor(ctx, "http://"+addr+"/api/v1/auth/login", libredeskUser, libredeskPassword)
	if err != nil {
		return err
	}
	var sent []string
	for _, c := range cookies {
		sent = append(sent, c.Name+"="+c.Value)
		if c.Name == "csrf_token" {
			p.headers = append(p.headers, "X-Csrftoken: "+c.Value)
		}
	}
	p.headers = append(p.headers, "Cookie: "+strings.Join(sent, "; "))
	return f(p)
}

func (b *bench) configureLibredesk(folder, database, addr string) error {
	if err := os.MkdirAll(filepath.Join(folder, "uploads"), 0o755); err != nil {
		return err
	}
	secret, _ := b.postgres.User.Password()
	host, port := b.postgres.Hostname(), b.postgres.Port()
	if port == "" {
		port = "5432"
	}
	var text bytes.Buffer
	if err := template.Must(template.New("").Parse(libredeskSettings)).Execute(&text, map[string]string{
		"Listen": addr, "Host": host, "Port": port, "User": b.postgres.User.Username(), "Password": cmp.Or(secret, "none"), "Database": database, "Redis": b.redisURL,
	}); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "config.toml"), text.Bytes(), 0o600)
}

// libredeskData makes the data, by Libredesk's own installation and statements of ours, unless it is there.
func (b *bench) libredeskData(ctx context.Context, folder, database string, conversations int) error {
	if b.exec(ctx, database, "SELECT FROM bench_set") == nil {
		return nil
	}
	b.say("making %d conversations for Libredesk", conversations)
	if err := b.makeDatabase(ctx, database, ""); err != nil {
		return err
	}
	for _, step := range []string{"--install", "--upgrade"} {
		cmd := exec.CommandContext(ctx, b.Libredesk, step, "--idempotent-install", "--yes") //nolint:gosec // named by whoever measures
		cmd.Dir = folder
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LIBREDESK_SYSTEM_USER_PASSWORD=" + libredeskPassword}
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", step, err, said)
		}
	}
	var texts []string
	filled := strings.NewReplacer(":conversations", strconv.Itoa(conversations), ":contacts", strconv.Itoa(libredeskContacts))
	for _, text := range statements("libredesk") {
		texts = append(texts, filled.Replace(text))
	}
	return b.exec(ctx, database, append(texts, "CREATE TABLE bench_set ()")...)
}
