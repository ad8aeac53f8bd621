package templates

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits is how long a number may be; more is a mistake, and costs.
const maxDigits = 30

// decimal reads a number that came as JSON into its normal form without rounding it: optional minus, digits, optional
// point and digits. Zeros after the point stay, since a price says 12.50. It returns "" for a blank text.
func decimal(v any) (s string, ok bool) {
	switch v := v.(type) {
	case string:
		s = strings.TrimSpace(v)
		if s == "" {
			return "", true
		}
	case json.Number:
		s = v.String()
		if strings.ContainsAny(s, "eE") {
			f, err := v.Float64()
			if err != nil {
				return "", false
			}
			s = strconv.FormatFloat(f, 'f', -1, 64)
		}
	case float64: // the shortest decimal that reads back as the same number: exact up to 15 digits
		s = strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		s = strconv.Itoa(v)
	}
	if !isDecimal(s) {
		return "", false
	}
	return normalDecimal(s), true
}

func isDecimal(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	if len(s) > maxDigits || len(s)-len(strings.TrimLeft(s, "+-")) > 1 || whole == "" || (point && fraction == "") {
		return false
	}
	return strings.Trim(whole+fraction, "0123456789") == ""
}

func normalDecimal(s string) string {
	negative := strings.HasPrefix(s, "-")
	whole, fraction, point := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if point {
		whole += "." + fraction
	}
	if negative && strings.Trim(whole, "0.") != "" {
		return "-" + whole
	}
	return whole
}

// compareDecimals orders two texts that isDecimal takes.
func compareDecimals(a, b string) int {
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	return x.Cmp(y)
}
