package metasim

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSign(t *testing.T) {
	t.Parallel()
	const body = `{"object":"page","entry":[{"id":"1111","time":1698637601363,"messaging":[{"sender":{"id":"2222"},` +
		`"recipient":{"id":"1111"},"timestamp":1698637600838,"message":{"mid":"m_test",` +
		`"text":"\u00e4\u00f6\u00e5 \ud83d\ude22 https:\/\/example.org"}}]}]}`
	h := http.Header{}
	sign(h, testSecret, []byte(body))
	require.Equal(t, "sha256=27fec50b30194f1a70d1b0051a4cf420ad1a76a876232f86dea94a70d943eb3a", h.Get("X-Hub-Signature-256"))
	require.Equal(t, "sha1=610583bdfa345a2a05b18c54fa4451a1f17b9492", h.Get("X-Hub-Signature"))
}

func TestProof(t *testing.T) {
	t.Parallel()
	require.Equal(t, "2f6c99f265a9e1644d725e8f9c96e439fcbf40a73357d1d98ba8b98fbfe445e4", proof(testSecret, "EAAtesttoken"))
}
