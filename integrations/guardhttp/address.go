package guardhttp

import "net/netip"

// Public tells whether an address is one of the open Internet. Everything else is refused: loopback, private and
// link-local networks (where clouds keep their metadata services), carrier-grade NAT, multicast, documentation and
// reserved ranges, and IPv4 addresses wrapped into IPv6 ones.
// See https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry (2026-11).
func Public(a netip.Addr) bool {
	switch {
	case a.Zone() != "" || a.Is4In6():
		return false
	case a.Is4():
		return a.IsGlobalUnicast() && !a.IsPrivate() && !inAny(a, special4())
	case nat64().Contains(a): // an IPv4 address, reached from a network that has only IPv6
		b := a.As16()
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	}
	return allocated6().Contains(a) && !inAny(a, special6())
}

func inAny(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func special4() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),      // this network
		netip.MustParsePrefix("100.64.0.0/10"),  // carrier-grade NAT
		netip.MustParsePrefix("192.0.0.0/24"),   // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),   // documentation
		netip.MustParsePrefix("192.88.99.0/24"), // 6to4 relays
		netip.MustParsePrefix("198.18.0.0/15"),  // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("240.0.0.0/4"), // reserved, with the broadcast address
	}
}

// allocated6 is where all public IPv6 addresses are.
func allocated6() netip.Prefix { return netip.MustParsePrefix("2000::/3") }

func nat64() netip.Prefix { return netip.MustParsePrefix("64:ff9b::/96") }

func special6() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("2001::/23"),     // protocol assignments, with Teredo, which wraps IPv4
		netip.MustParsePrefix("2001:db8::/32"), // documentation
		netip.MustParsePrefix("2002::/16"),     // 6to4, which wraps IPv4
		netip.MustParsePrefix("3fff::/20"),     // documentation
	}
}
