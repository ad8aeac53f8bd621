package httpapi

import (
	"net"
	"net/netip"
	"sync"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"kontor/app/config"
	"kontor/domain/clock"
)

// ipExtractor tells the caller's address: the connection's, or, when that is a trusted proxy's, the last one in
// X-Forwarded-For that no trusted proxy has. Without trusted proxies the header is never read.
func ipExtractor(trusted config.Networks) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// maxBuckets bounds how many addresses are counted.
const maxBuckets = 10_000

// buckets limits how often each address may do something, in this process.
type buckets struct {
	limit rate.Limit
	burst int
	clock clock.Clock
	mu    sync.Mutex
	of    map[string]*rate.Limiter
}

func newBuckets(limit rate.Limit, burst int, c clock.Clock) *buckets {
	return &buckets{limit: limit, burst: burst, clock: c, of: map[string]*rate.Limiter{}}
}

// take counts one, and tells whether it was within the limit.
func (b *buckets) take(ip string) bool {
	key := network(ip)
	now := b.clock.Now()
	b.mu.Lock()
	l, ok := b.of[key]
	if !ok {
		if len(b.of) >= maxBuckets {
			b.forget()
		}
		l = rate.NewLimiter(b.limit, b.burst)
		b.of[key] = l
	}
	b.mu.Unlock()
	return l.AllowN(now, 1)
}

// forget drops the addresses that have been quiet, which lose nothing by it, or all when none has.
func (b *buckets) forget() {
	now := b.clock.Now()
	for key, l := range b.of {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.of, key)
		}
	}
	if len(b.of) >= maxBuckets {
		clear(b.of)
	}
}

// network is whose address it is: of IPv6 the /64, which is what one customer gets.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
