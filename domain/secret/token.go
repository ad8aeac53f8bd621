package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenSize is how many random bytes a token has; in base64 they are 43 characters.
const tokenSize = 32

// NewToken makes a random value that gives access to something, and the hash that is stored of it.
func NewToken() (Text, []byte) {
	b := make([]byte, tokenSize)
	_, _ = rand.Read(b) // never fails
	value := base64.RawURLEncoding.EncodeToString(b)
	return Text{value}, HashToken(value)
}

// HashToken is what is stored of a token. A fast hash will do: nobody guesses 256 random bits.
func HashToken(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}
