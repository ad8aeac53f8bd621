//go:build faults

package main

import (
	"fmt"

	"kontor/domain/fault"
)

// faultCommands are the commands of the build that is tortured.
type faultCommands struct {
	Faults faultsCommand `cmd:"" help:"List the points at which KONTOR_FAULT can end the process."`
}

type faultsCommand struct{}

// Run lists the fault points.
func (*faultsCommand) Run(c *console) error {
	for _, name := range fault.Points() {
		if _, err := fmt.Fprintln(c.out, name); err != nil {
			return err
		}
	}
	return nil
}
