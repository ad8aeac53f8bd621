package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// signIn opens a session and returns the line with its cookie.
func signIn(ctx context.Context, addr string, c customer) (string, error) {
	cookies, err := cookiesFor(ctx, "http://"+addr+"/api/v1/session", c.Email, password)
	if err != nil {
		return "", err
	}
	return "Cookie: " + cookies[0].Name + "=" + cookies[0].Value, nil
}

// cookiesFor signs somebody in at an address.
func cookiesFor(ctx context.Context, url, email, password string) ([]*http.Cookie, error) {
	body, err := json.Marshal(map[string]string{"email": email, "password": password})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if cookies := answer.Cookies(); len(cookies) > 0 {
		return cookies, nil
	}
	return nil, fmt.Errorf("%w: %s at sign-in", errStatus, answer.Status)
}

// visible measures how long it takes until the API shows a message's task while others write at a rate: one probe after the
// other in a quiet account. It returns the p99 in milliseconds.
func (b *bench) visible(ctx context.Context, p *process, h *hooks, people, quiet *crowd, rate float64) (float64, error) {
	cookie, err := signIn(ctx, p.addr, *quiet.customer)
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(ctx)
	noise := make(chan error, 1)
	last := 8 * b.Last // of fewer messages than a hundred, the p99 would be the slowest
	go func() {
		_, err := drive{addr: p.addr, conns: 16, last: last, pace: rate, want: http.StatusOK, next: func(n int) []byte { return people.anybody(h, n) }}.run(ctx)
		noise <- err
	}()
	var times latencies
	probes, err := dial(ctx, p.addr)
	for end := time.Now().Add(last); err == nil && time.Now().Before(end); {
		var took time.Duration
		took, err = probe(probes, cookie, quiet.newcomer(h))
		times = append(times, took)
	}
	if err != nil {
		stop()
	}
	err = errors.Join(err, <-noise)
	stop()
	b.report.note("6", "%d messages seen in the last run, beside %.0f others a second", len(times), rate)
	return times.at(0.99), err
}

// probe has somebody write and asks for the list's newest task until it is another one.
func probe(c *caller, cookie string, hook []byte) (time.Duration, error) {
	list := request("GET", "/api/v1/tasks?limit=1&sort=-created_at", nil, cookie)
	newest := func() (string, error) {
		var out bytes.Buffer
		status, err := c.ask(list, &out)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%w: %d", errStatus, status)
		}
		return out.String(), err
	}
	before, err := newest()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if status, err := c.ask(hook, nil); err != nil || status != http.StatusOK {
		return 0, errors.Join(err, errStatus)
	}
	for {
		now, err := newest()
		if err != nil || now != before {
			return time.Since(began), err
		}
		if time.Since(began) > patience {
			return 0, fmt.Errorf("%w: a message does not become visible", errStatus)
		}
		time.Sleep(time.Millisecond)
	}
}
