package meta

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"kontor/domain/channel"
)

// probeTimeout is as long as the platform waits for an answer to a webhook.
const probeTimeout = 5 * time.Second

// probe is a webhook about no page, as the dashboard's test button sends them: always the same bytes, so that it is one
// stored thing that is counted.
const probe = `{"object":"page","entry":[{"id":"0","time":0,"changes":[{"field":"kontor_check","value":{}}]}]}`

// Probe sends a signed event to our own door, by the address at which the platform reaches it, and says what is wrong when
// it is not taken: the one way to try name, certificate, proxy and signature together.
func (c *Client) Probe(ctx context.Context) []channel.Finding {
	s := c.settings
	if c.own == nil || s.PublicURL == "" || len(s.AppSecrets) == 0 {
		return nil
	}
	address := s.PublicURL + DoorPath
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(probe))
	if err != nil {
		return []channel.Finding{unheard(NotReachable, "url", address, "problem", err.Error())}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(signatureHeader, "sha256="+hex.EncodeToString(sign(s.AppSecrets[0], []byte(probe))))
	res, err := c.own.Do(req)
	if err != nil {
		return []channel.Finding{unheard(NotReachable, "url", address, "problem", err.Error())}
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return []channel.Finding{unheard(WrongAnswer, "url", address, "status", res.StatusCode)}
	}
	if s.GraphURL == realGraph && Local(s.PublicURL) {
		return []channel.Finding{unheard(LocalAddress, "url", address)}
	}
	return nil
}

// DoorPath is where webhooks come in; what the platform says of people's rights comes in below it.
const (
	DoorPath        = "/webhooks/meta"
	DeauthorizePath = DoorPath + "/deauthorize"
	DeletionPath    = DoorPath + "/data-deletion"
)

const (
	realGraph = "https://graph.facebook.com"
	hookGuide = "https://developers.facebook.com/docs/graph-api/webhooks/getting-started"
)

// Local tells whether only this machine or network knows an address, as far as its text says.
func Local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return u.Hostname() == "localhost" || u.Scheme != "https"
}

func unheard(code string, params ...any) channel.Finding {
	f := channel.Finding{Code: code, Level: "error", Area: "connection", Params: map[string]any{}, Link: hookGuide}
	for i := 0; i+1 < len(params); i += 2 {
		f.Params[params[i].(string)] = params[i+1] //nolint:forcetypeassert // written above
	}
	return f
}
