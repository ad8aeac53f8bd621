package guardhttp

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// names is a DNS server that answers the n-th question for an IPv4 address with the n-th list, the last one for ever.
type names struct {
	mu      sync.Mutex
	answers [][]netip.Addr
	asked   int
}

func (n *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			size, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(n.answer(buf[:size]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// answer builds a reply (RFC 1035): the header, the question as asked, an A record for each address.
func (n *names) answer(query []byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	question := query[12 : end+5]
	var list []netip.Addr
	if binary.BigEndian.Uint16(question[len(question)-4:]) == 1 { // type A
		n.mu.Lock()
		list = n.answers[min(n.asked, len(n.answers)-1)]
		n.asked++
		n.mu.Unlock()
	}
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(len(list)), 0, 0, 0, 0}, question...)
	for _, a := range list {
		ip := a.As4()
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, ip[:]...)
	}
	return reply
}

func TestNamesThatResolveInside(t *testing.T) {
	t.Parallel()
	outside, inside := netip.MustParseAddr("157.240.1.35"), netip.MustParseAddr("127.0.0.1")
	wouldConnect := errors.New("would connect")

	for name, c := range map[string]struct {
		answers [][]netip.Addr
		want    []error // of one fetch after the other
	}{
		"inside":            {[][]netip.Addr{{inside}}, []error{ErrAddress}},
		"metadata":          {[][]netip.Addr{{netip.MustParseAddr("169.254.169.254")}}, []error{ErrAddress}},
		"outside":           {[][]netip.Addr{{outside}}, []error{wouldConnect}},
		"rebinding":         {[][]netip.Addr{{outside}, {inside}}, []error{wouldConnect, ErrAddress}},
		"two_answers_inner": {[][]netip.Addr{{inside, netip.MustParseAddr("10.0.0.1")}}, []error{ErrAddress}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dns := &names{answers: c.answers}
			client, err := New(Options{Resolver: dns.resolver(t)})
			require.NoError(t, err)
			check := client.dialer.ControlContext
			client.dialer.ControlContext = func(ctx context.Context, network, address string, raw syscall.RawConn) error {
				if err := check(ctx, network, address, raw); err != nil {
					return err
				}
				return wouldConnect // instead of asking the Internet
			}
			for i, want := range c.want {
				_, _, err := client.Fetch(t.Context(), "http://media.example/x", 10)
				require.ErrorIs(t, err, want)
				require.Equal(t, i+1, dns.asked, "the address that was checked is the one connected to: one look-up")
			}
		})
	}
}
