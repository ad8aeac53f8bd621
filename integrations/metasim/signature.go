package metasim

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the platform's old header
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
)

// sign sets both signature headers over the body's bytes. Others say that the SHA-1 one still comes; the platform's
// documentation names only SHA-256.
func sign(h http.Header, secret string, body []byte) {
	h.Set("X-Hub-Signature", "sha1="+mac(sha1.New, secret, body))
	h.Set("X-Hub-Signature-256", "sha256="+mac(sha256.New, secret, body))
}

// proof is the appsecret_proof of an access token.
func proof(secret, token string) string { return mac(sha256.New, secret, []byte(token)) }

func mac(algorithm func() hash.Hash, secret string, data []byte) string {
	m := hmac.New(algorithm, []byte(secret))
	m.Write(data)
	return hex.EncodeToString(m.Sum(nil))
}
