package staff

import (
	"math"
	"sync"
	"time"

	"kontor/domain/clock"
	"kontor/domain/errs"
)

// backoff says how often one may guess before having to wait, and how long at most. The wait doubles with every guess.
type backoff struct {
	free    int
	longest time.Duration
}

// A person mistypes; an office shares one address; a guesser does neither for long. The wait of a login is short because
// anybody can make its owner wait.
func forLogin() backoff   { return backoff{free: 5, longest: 2 * time.Minute} }
func forAddress() backoff { return backoff{free: 30, longest: 15 * time.Minute} }

// A new password is asked for once, and again when the mail does not come.
func forResets() backoff     { return backoff{free: 3, longest: 15 * time.Minute} }
func forResetsFrom() backoff { return backoff{free: 20, longest: 15 * time.Minute} }

// maxGuessers bounds the memory that guessers can take.
const maxGuessers = 20_000

// throttle slows down whoever guesses passwords: per login and per address, in this process.
type throttle struct {
	clock   clock.Clock
	login   backoff
	address backoff
	mu      sync.Mutex
	guesses map[string]guesser
}

type guesser struct {
	count int
	until time.Time // no guess before
	last  time.Time
}

func newThrottle(c clock.Clock, login, address backoff) *throttle {
	return &throttle{clock: c, login: login, address: address, guesses: map[string]guesser{}}
}

func loginKey(email string) string     { return "login:" + email }
func addressKey(address string) string { return "address:" + address }

// admit counts a guess before it is made, so that many at once are counted too, or refuses it with the time to wait.
func (t *throttle) admit(email, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	limits := map[string]backoff{}
	if email != "" {
		limits[loginKey(email)] = t.login
	}
	if address != "" {
		limits[addressKey(address)] = t.address
	}
	for key := range limits {
		if wait := t.guesses[key].until.Sub(now); wait > 0 {
			return errs.New(errs.TooMany, "session.slow_down", "seconds", int(math.Ceil(wait.Seconds())))
		}
	}
	for key, limit := range limits {
		g := t.guesses[key]
		if now.Sub(g.last) > 2*limit.longest {
			g.count = 0
		}
		g.count, g.last = g.count+1, now
		g.until = now.Add(limit.wait(g.count))
		t.guesses[key] = g
	}
	t.shrink(now)
	return nil
}

func (b backoff) wait(guesses int) time.Duration {
	over := guesses - b.free
	if over <= 0 {
		return 0
	}
	return min(b.longest, time.Second<<min(over-1, 20))
}

// succeeded forgets the guesses at a login, and takes back the one of the address. Its others stay: it may know one
// password and guess more.
func (t *throttle) succeeded(email, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.guesses, loginKey(email))
	if g, ok := t.guesses[addressKey(address)]; ok {
		g.count--
		g.until = g.last.Add(t.address.wait(g.count))
		t.guesses[addressKey(address)] = g
	}
}

// shrink makes room when there are too many: a quarter goes at a time, so that it is seldom. Those who have been quiet go
// first, then those who need not wait, then any.
func (t *throttle) shrink(now time.Time) {
	if len(t.guesses) <= maxGuessers {
		return
	}
	for _, goes := range []func(guesser) bool{
		func(g guesser) bool { return now.Sub(g.last) > 2*t.address.longest },
		func(g guesser) bool { return !g.until.After(now) },
		func(guesser) bool { return true },
	} {
		for key, g := range t.guesses {
			if len(t.guesses) <= maxGuessers*3/4 {
				return
			}
			if goes(g) {
				delete(t.guesses, key)
			}
		}
	}
}
