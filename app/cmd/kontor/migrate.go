package main

import (
	"context"
	"fmt"

	"kontor/app"
	"kontor/migrations"
)

type migrateCommand struct{}

// Run brings the schema up to date and says which version it has. It does too what a server may not that only reads and writes
// rows: it makes places for the months to come.
func (*migrateCommand) Run(ctx context.Context, c *console) error {
	c.environ = append(c.environ, "KONTOR_MIGRATE=auto") // also when the server leaves it to this command
	return tools(ctx, c, func(a *app.App) error {
		version, _, err := migrations.Version(ctx, a.DB)
		if err == nil {
			err = a.Services.Months(ctx)
		}
		if err == nil {
			_, err = fmt.Fprintf(c.out, "schema version %d\n", version)
		}
		return err
	})
}

type versionCommand struct{}

// Run prints what this program is.
func (*versionCommand) Run(c *console) error {
	_, err := fmt.Fprintf(c.out, "kontor %s, schema version %d\n", app.Version(), migrations.Latest())
	return err
}
