package domaintest

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Few runs the tests of a package whose properties ask a database: rapid makes so many checks of each, unless somebody wants
// another number (-rapid.checks=1000, RAPID_CHECKS=1000).
func Few(m *testing.M, checks int) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == "100" {
		_ = f.Value.Set(strconv.Itoa(checks))
	}
	os.Exit(m.Run())
}
