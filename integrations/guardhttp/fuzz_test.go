package guardhttp

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/attachment"
)

// within tells whether an address belongs to a network that nobody outside may reach, whatever it is wrapped in. It is
// written on its own, with package net, not to repeat a fault of what it judges.
func within(a netip.Addr) bool {
	bytes := a.AsSlice()
	inside := func(ip net.IP) bool {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsMulticast() ||
			ip.IsInterfaceLocalMulticast() || ip.IsUnspecified() || ip.Equal(net.IPv4bcast)
	}
	if inside(net.IP(bytes)) {
		return true
	}
	if len(bytes) != net.IPv6len {
		return false
	}
	inner := map[string]net.IP{
		"\x00\x64\xff\x9b\x00\x00\x00\x00\x00\x00\x00\x00": net.IP(bytes[12:]), // NAT64
		"\x20\x02":         net.IP(bytes[2:6]),                               // 6to4
		"\x20\x01\x00\x00": {^bytes[12], ^bytes[13], ^bytes[14], ^bytes[15]}, // Teredo
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00": net.IP(bytes[12:]),
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff": net.IP(bytes[12:]),
		"\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00": net.IP(bytes[12:]),
	}
	for prefix, ip := range inner {
		if strings.HasPrefix(string(bytes), prefix) && inside(ip) {
			return true
		}
	}
	return false
}

// FuzzPublic: no address in a private network passes, in whatever form it is written, and the connection's own check says
// the same.
func FuzzPublic(f *testing.F) {
	for _, text := range []string{
		"8.8.8.8", "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "172.20.1.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1",
		"::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:5ef5:79fd:0:0:f5ff:fffe", "fc00::1", "fe80::1", "2606:4700:4700::1111", "::7f00:1",
	} {
		f.Add(netip.MustParseAddr(text).AsSlice(), "")
	}
	f.Add(netip.MustParseAddr("fe80::1").AsSlice(), "eth0")
	f.Fuzz(func(t *testing.T, raw []byte, zone string) {
		a, ok := netip.AddrFromSlice(raw)
		if !ok {
			return
		}
		a = a.WithZone(zone)
		public := Public(a)
		if public {
			require.False(t, within(a), "%s is private", a)
			require.Empty(t, a.Zone())
		}
		network := "tcp4"
		if a.Is6() {
			network = "tcp6"
		}
		require.Equal(t, public, control(t.Context(), network, netip.AddrPortFrom(a, 443).String(), nil) == nil)
	})
}

// FuzzAddress: whatever stands where the address of a file should be, nothing is asked but the web at its usual ports, by a
// name or by a public address in its plain form, and only under the name that was written down.
func FuzzAddress(f *testing.F) {
	for _, text := range []string{
		"https://scontent.example/a.jpg?x=1", "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/",
		"http://[::ffff:127.0.0.1]:80/", "http://user@evil.example/", "https://evil.example:22/", "file:///etc/passwd", "http:127.0.0.1", "http://localhost./",
		"http://1.1.1.1.", "gopher://x", "//x", "http://①②⑦.0.0.1/", "http://127.1", "https://graph.exempt:8443/", "http://[fe80::1%25eth0]/", "http://a b/",
	} {
		f.Add(text)
	}
	c, err := New(Options{Exempt: []string{"https://graph.exempt:8443"}})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		u, err := url.Parse(text)
		if err != nil {
			return
		}
		if err := c.checkURL(u); err != nil {
			require.ErrorIs(t, err, ErrAddress)
			if u.Host != "" && len(u.Host) > 3 {
				require.NotContains(t, err.Error(), u.Host, "an address is told")
			}
			return
		}
		require.Contains(t, []string{"http", "https"}, u.Scheme)
		require.NotEmpty(t, u.Hostname())
		require.Nil(t, u.User)
		if hostPort(u) == "graph.exempt:8443" {
			return
		}
		require.Contains(t, []string{"", "80", "443"}, u.Port())
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			network := "tcp6"
			if a.Is4() {
				network = "tcp4"
			}
			if within(a) || a.Zone() != "" {
				require.Error(t, control(t.Context(), network, netip.AddrPortFrom(a, 443).String(), nil), "connected to %s", a)
			}
			return
		}
		last := strings.TrimSuffix(u.Hostname(), ".")
		last = last[strings.LastIndexByte(last, '.')+1:]
		require.False(t, last == "" || last[0] >= '0' && last[0] <= '9', "a number that is no plain address")
	})
}

// FuzzFileName: whatever a server calls a file, its cleaned name stays in one folder and shows its true ending.
func FuzzFileName(f *testing.F) {
	f.Add(`attachment; filename="../../etc/passwd"`, "/a/b.jpg")
	f.Add(`attachment; filename*=UTF-8''%e2%80%aegpj.exe`, "/")
	f.Add(`attachment; filename="a`+"\x00"+`.pdf"`, "/%2e%2e/%2fetc")
	f.Fuzz(func(t *testing.T, disposition, path string) {
		resp := &http.Response{Header: http.Header{"Content-Disposition": {disposition}}, Request: &http.Request{URL: &url.URL{Path: path}}}
		name := attachment.CleanName(nameOf(resp))
		require.NotContains(t, []string{"", ".", ".."}, name)
		require.False(t, strings.ContainsAny(name, "/\\\x00\r\n\u202e"))
	})
}

// FuzzRedirect: no chain of addresses goes from https down to http, and none carries a body or credentials to another host.
func FuzzRedirect(f *testing.F) {
	f.Add("https://a.example/", "http://a.example/", "GET")
	f.Add("https://a.example/", "https://a.example.evil/", "POST")
	f.Add("http://A.example/", "http://a.example:80/", "PUT")
	f.Fuzz(func(t *testing.T, from, to, method string) {
		first, err := http.NewRequest(method, from, nil) //nolint:noctx // it is never made
		if err != nil {
			return
		}
		next, err := http.NewRequest(method, to, nil) //nolint:noctx // it is never made
		if err != nil {
			return
		}
		next.Header = http.Header{"Authorization": {"Bearer x"}, "Cookie": {"a=b"}, "Referer": {"https://a.example/?signed"}}
		err = checkRedirect(next, []*http.Request{first})
		if err != nil {
			require.ErrorIs(t, err, ErrAddress)
			return
		}
		require.False(t, first.URL.Scheme == "https" && next.URL.Scheme != "https")
		require.Empty(t, next.Header.Get("Referer"))
		if !strings.EqualFold(first.URL.Host, next.URL.Host) {
			require.Empty(t, next.Header.Get("Authorization")+next.Header.Get("Cookie"))
			require.Contains(t, []string{"GET", "HEAD"}, next.Method)
		}
	})
}
