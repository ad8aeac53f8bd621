package templates

import (
	"net/mail"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

const (
	maxEmail = 254 // RFC 5321
	maxPhone = 64  // as people write it, with spaces and brackets
)

// NormalizeEmail returns the form in which an e-mail address is stored and compared: lower-cased, without a display
// name. It is false for what is no address. Contact matching and e-mail fields use the same.
func NormalizeEmail(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	parsed, err := mail.ParseAddress(s)
	if err != nil || len(s) > maxEmail || parsed.Address != s {
		return "", false
	}
	return s, true
}

// NormalizePhone returns the form in which a phone number is stored and compared: E.164, as +4930123456. country is the
// ISO 3166 code used for numbers without a country calling code; without one they are refused. It is false for what
// cannot be a number in its country. Contact matching and phone fields use the same.
func NormalizePhone(s, country string) (string, bool) {
	if len(s) > maxPhone {
		return "", false
	}
	number, err := phonenumbers.Parse(s, strings.ToUpper(country))
	// Parsing alone proves little: "8 (912) 345-67-89" parses for Latvia and is no number there.
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

// isID tells whether s is the id of a row of ours, a UUID in its usual lower-case form.
func isID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
				return false
			}
		}
	}
	return true
}
