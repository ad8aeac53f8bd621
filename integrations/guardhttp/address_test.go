package guardhttp_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/integrations/guardhttp"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"157.240.1.35":           true,
		"8.8.8.8":                true,
		"2a03:2880:f12f:83::1":   true,
		"64:ff9b::9df0:123":      true,  // NAT64 of 157.240.1.35
		"64:ff9b::7f00:1":        false, // NAT64 of 127.0.0.1
		"64:ff9b:1::1":           false, // NAT64 of a network's own
		"127.0.0.1":              false,
		"127.255.255.254":        false,
		"10.0.0.1":               false,
		"172.16.0.1":             false,
		"172.31.255.255":         false,
		"172.32.0.1":             true,
		"192.168.1.1":            false,
		"169.254.169.254":        false,
		"100.64.0.1":             false,
		"100.127.255.255":        false,
		"100.128.0.1":            true,
		"0.0.0.0":                false,
		"0.1.2.3":                false,
		"192.0.0.8":              false,
		"192.0.2.1":              false,
		"192.88.99.1":            false,
		"198.18.0.1":             false,
		"198.51.100.1":           false,
		"203.0.113.9":            false,
		"224.0.0.1":              false,
		"240.0.0.1":              false,
		"255.255.255.255":        false,
		"::":                     false,
		"::1":                    false,
		"::127.0.0.1":            false,
		"::ffff:127.0.0.1":       false,
		"::ffff:157.240.1.35":    false,
		"fc00::1":                false,
		"fd12:3456::1":           false,
		"fe80::1":                false,
		"fe80::1%eth0":           false,
		"fec0::1":                false,
		"ff02::1":                false,
		"2001::1":                false,
		"2001:db8::1":            false,
		"2002:7f00:1::":          false,
		"3fff::1":                false,
		"2001:4860:4860::8888":   true,
		"2606:4700:4700::1111%x": false,
	} {
		require.Equal(t, want, guardhttp.Public(netip.MustParseAddr(address)), address)
	}
	require.False(t, guardhttp.Public(netip.Addr{}))
}
