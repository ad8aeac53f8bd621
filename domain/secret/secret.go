// Package secret keeps credentials: a Text that no log, error or JSON ever shows, and a Box that seals them for storage.
// What is sealed is bound to its place (account, table, row, column), so that a sealed value moved elsewhere does not open.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/aesgcm"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/secretdata"
	"github.com/tink-crypto/tink-go/v2/tink"

	"kontor/domain/ids"
)

const hidden = "[hidden]"

// Text is a secret. Only Reveal shows it.
type Text struct{ value string }

// New wraps a secret.
func New(value string) Text { return Text{value} }

// Reveal returns the secret itself, for the one place that needs it.
func (t Text) Reveal() string { return t.value }

// Empty tells whether there is none.
func (t Text) Empty() bool { return t.value == "" }

// String hides the secret.
func (t Text) String() string { return hidden }

// GoString hides the secret from %#v.
func (t Text) GoString() string { return hidden }

// LogValue hides the secret from logs.
func (t Text) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from JSON and the like.
func (t Text) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// UnmarshalText takes a secret from configuration or a request.
func (t *Text) UnmarshalText(b []byte) error {
	t.value = string(b)
	return nil
}

// KeySize is the size of a key in bytes: AES-256.
const KeySize = 32

// ErrKey says that a key of the ring cannot be used.
var ErrKey = errors.New("a secret key is 32 bytes in base64")

// NewKey makes a key for the ring.
func NewKey() string {
	b := make([]byte, KeySize)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}

// Place is where a sealed value belongs.
type Place struct {
	Account ids.ID
	Table   string
	Row     ids.ID
	Column  string
}

func (p Place) bytes() []byte {
	return fmt.Appendf(nil, "%s|%s|%s|%s", p.Account, p.Table, p.Row, p.Column)
}

// Box seals with the first key of a ring and opens with any of them, so that keys can be changed while old values are
// still there.
type Box struct{ aead tink.AEAD }

// NewBox makes a box from keys in base64, the newest first.
func NewBox(keys []string) (*Box, error) {
	if len(keys) == 0 {
		return nil, ErrKey
	}
	manager := keyset.NewManager()
	for i, text := range keys {
		key, err := keyOf(text)
		if err != nil {
			return nil, err
		}
		id, err := manager.AddKey(key)
		if err != nil {
			return nil, fmt.Errorf("add a secret key: %w", err)
		}
		if i == 0 {
			if err := manager.SetPrimary(id); err != nil {
				return nil, err
			}
		}
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, err
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	return &Box{a}, nil
}

// KeyNames returns the names of keys: what sealed values begin with, and nothing of the keys themselves.
func KeyNames(keys []string) ([]string, error) {
	names := make([]string, len(keys))
	for i, text := range keys {
		key, err := keyOf(text)
		if err != nil {
			return nil, err
		}
		id, _ := key.IDRequirement()
		names[i] = fmt.Sprintf("%08x", id)
	}
	return names, nil
}

// keyOf makes a key whose id, which sealed values begin with, follows from the key: the same on every machine.
func keyOf(text string) (*aesgcm.Key, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != KeySize {
		return nil, ErrKey
	}
	params, err := aesgcm.NewParameters(aesgcm.ParametersOpts{
		KeySizeInBytes: KeySize, IVSizeInBytes: 12, TagSizeInBytes: 16, Variant: aesgcm.VariantTink,
	})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("kontor key id"), raw...))
	id := binary.BigEndian.Uint32(sum[:4]) | 1
	return aesgcm.NewKey(secretdata.NewBytesFromData(raw, insecuresecretdataaccess.Token{}), id, params)
}

// Seal encrypts a secret for its place.
func (b *Box) Seal(t Text, p Place) ([]byte, error) {
	return b.aead.Encrypt([]byte(t.value), p.bytes())
}

// Open decrypts what was sealed for this place.
func (b *Box) Open(sealed []byte, p Place) (Text, error) {
	plain, err := b.aead.Decrypt(sealed, p.bytes())
	if err != nil {
		return Text{}, fmt.Errorf("open the sealed %s of %s: %w", p.Column, p.Table, err)
	}
	return Text{string(plain)}, nil
}
