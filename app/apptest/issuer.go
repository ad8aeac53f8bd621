package apptest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"kontor/app"
	"kontor/app/config"
	"kontor/domain/secret"
)

// Issuer is a provider of single sign-on that lets in whom the test says, and checks what it is sent.
type Issuer struct {
	URL    string
	t      testing.TB
	signer jose.Signer
	keys   jose.JSONWebKeySet
	mu     sync.Mutex
	codes  map[string]login
}

// login is somebody on the way back from the issuer.
type login struct {
	claims    map[string]any
	challenge string
	redirect  string
}

// Client and secret of the program at the issuer.
const (
	issuerClient = "kontor"
	issuerSecret = "0a7c3c1f-secret"
)

// NewIssuer starts an issuer until the test ends, and returns the option by which the program signs people in there.
func NewIssuer(t testing.TB) (*Issuer, Option) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i := &Issuer{t: t, codes: map[string]login{}}
	i.keys.Keys = []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}
	i.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.about)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { answer(w, i.keys) })
	mux.HandleFunc("POST /token", i.token)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i, func(c *config.Config, _ *app.Options) {
		c.OIDCIssuer, c.OIDCClientID, c.OIDCClientSecret, c.OIDCName = i.URL, issuerClient, secret.New(issuerSecret), "Acme ID"
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (i *Issuer) about(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
		"jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

// SignIn is what happens at the issuer: somebody with some claims agrees. It returns the path that the browser comes back to.
func (i *Issuer) SignIn(t testing.TB, address string, claims map[string]any) string {
	t.Helper()
	to, err := url.Parse(address)
	require.NoError(t, err)
	q := to.Query()
	require.Equal(t, i.URL+"/authorize", to.Scheme+"://"+to.Host+to.Path)
	require.Equal(t, issuerClient, q.Get("client_id"))
	require.Equal(t, "S256", q.Get("code_challenge_method"))
	require.NotEmpty(t, q.Get("state"))
	all := map[string]any{
		"iss": i.URL, "aud": issuerClient, "nonce": q.Get("nonce"),
		"exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
	}
	maps.Copy(all, claims)
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = login{all, q.Get("code_challenge"), q.Get("redirect_uri")}
	i.mu.Unlock()
	back, err := url.Parse(q.Get("redirect_uri"))
	require.NoError(t, err)
	return "/" + back.Path + "?" + url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
}

// token gives an ID token for a code, once, to whoever has the secret and the verifier.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	l, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	i.mu.Unlock()
	user, password, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || user != issuerClient || password != issuerSecret || r.FormValue("redirect_uri") != l.redirect ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != l.challenge {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	raw, _ := json.Marshal(l.claims)
	signed, _ := i.signer.Sign(raw)
	token, _ := signed.CompactSerialize()
	answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 60})
}
