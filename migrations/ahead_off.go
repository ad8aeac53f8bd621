//go:build !faults

package migrations

import "io/fs"

// ahead is the file system of migrations that only a later version has: none. The build of the crash tests has one, which the
// environment switches on (ahead_on.go).
func ahead() fs.FS { return nil }
