package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// caller is one connection that asks and waits, with little work of its own: it shares the cores with what it measures, and
// a full HTTP client costs as much as the server's half.
type caller struct {
	conn net.Conn
	in   *bufio.Reader
}

// patience is how long an answer may take before a measurement is given up.
const patience = 60 * time.Second

func dial(ctx context.Context, addr string) (*caller, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &caller{conn, bufio.NewReaderSize(conn, 16<<10)}, nil
}

// ask sends a whole request and reads the answer's body into to, which may be nil.
func (c *caller) ask(request []byte, to io.Writer) (status int, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	if to == nil {
		to = io.Discard
	}
	_, err = io.Copy(to, answer.Body)
	return answer.StatusCode, err
}

// request puts one together as it goes over the wire. headers are whole lines.
func request(method, path string, body []byte, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: kontor\r\n", method, path)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// drive is a load: some connections, each of which asks again as soon as it has its answer.
type drive struct {
	addr  string
	conns int
	last  time.Duration // how long to go on; 0: until count
	count int           // how many to ask; 0: until last
	pace  float64       // how many to ask a second, by all together; 0: as many as there can be
	warm  int           // how many each connection asks first, which do not count
	next  func(n int) []byte
	want  int // the status of a good answer
}

// driven is what came of it.
type driven struct {
	good  int
	took  time.Duration
	times latencies
}

func (d driven) rate() float64 { return perSecond(d.good, d.took) }

var errStatus = errors.New("an answer was not as it should be")

// run asks. An answer that is not as it should be ends the measurement: figures with failures in them say nothing.
func (d drive) run(ctx context.Context) (driven, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var asked atomic.Int64
	var mu sync.Mutex
	var out driven
	var group sync.WaitGroup
	callers := make([]*caller, d.conns)
	for i := range callers {
		var err error
		if callers[i], err = dial(ctx, d.addr); err != nil {
			return out, err
		}
		defer func() { _ = callers[i].conn.Close() }()
	}
	if err := d.warmUp(callers); err != nil {
		return out, err
	}
	began := time.Now()
	for _, c := range callers {
		group.Go(func() {
			times, err := d.one(ctx, c, &asked, began)
			if err != nil {
				cancel(err)
			}
			mu.Lock()
			defer mu.Unlock()
			out.times = append(out.times, times...)
		})
	}
	group.Wait()
	out.took, out.good = time.Since(began), len(out.times)
	return out, context.Cause(ctx)
}

// warmUp has the server open its connections to the database, and those plan their statements.
func (d drive) warmUp(callers []*caller) error {
	var group errgroup.Group
	for i, c := range callers {
		group.Go(func() error {
			for n := range d.warm {
				if _, err := c.ask(d.next(i*d.warm+n), nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (d drive) one(ctx context.Context, c *caller, asked *atomic.Int64, began time.Time) (times latencies, err error) {
	for ctx.Err() == nil {
		n := int(asked.Add(1)) - 1
		start := time.Now()
		if d.pace > 0 { // from when it should have been asked: a late one has waited
			start = began.Add(time.Duration(float64(n) / d.pace * float64(time.Second)))
			if wait := time.Until(start); wait > 0 {
				time.Sleep(wait)
			}
		}
		if d.count > 0 && n >= d.count || d.last > 0 && time.Since(began) >= d.last {
			break
		}
		status, err := c.ask(d.next(n), nil)
		if err != nil {
			return times, err
		}
		if status != d.want {
			return times, fmt.Errorf("%w: %d", errStatus, status)
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}
