//go:build !faults

package main

// faultCommands are the commands of the build that is tortured: none in the one that is shipped.
type faultCommands struct{}
