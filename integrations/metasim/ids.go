package metasim

import (
	"math/rand/v2"
	"sync"
)

// idSource makes the platform's kinds of ids, the same ones in the same order for a seed.
type idSource struct {
	mu  sync.Mutex
	rng *rand.Rand
}

func newIDSource(seed uint64) *idSource {
	return &idSource{rng: rand.New(rand.NewPCG(seed, 0x6d657461))} //nolint:gosec // repeatable on purpose
}

// digits makes a decimal id of n digits that does not begin with 0, as pages, people and attachments have.
func (g *idSource) digits(n int) string { return g.pick("0123456789", "123456789", n) }

// text makes n characters of the alphabet that tokens and message ids use.
func (g *idSource) text(n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	return g.pick(alphabet, alphabet, n)
}

// intn makes a number below n.
func (g *idSource) intn(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rng.IntN(n)
}

// shuffle mixes n things.
func (g *idSource) shuffle(n int, swap func(i, j int)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rng.Shuffle(n, swap)
}

func (g *idSource) pick(alphabet, first string, n int) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	b := make([]byte, n)
	b[0] = first[g.rng.IntN(len(first))]
	for i := 1; i < n; i++ {
		b[i] = alphabet[g.rng.IntN(len(alphabet))]
	}
	return string(b)
}

func (g *idSource) mid() string          { return "m_" + g.text(64) }
func (g *idSource) psid() string         { return g.digits(16) }
func (g *idSource) conversation() string { return "t_" + g.digits(15) }
func (g *idSource) trace() string        { return "A" + g.text(22) }
