package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kontor/app"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"Print a JSON list instead of lines."`
}

// Run prints a line for everything it looks at; it fails when something is wrong.
func (cmd *doctorCommand) Run(ctx context.Context, c *console) error {
	cfg, settings := c.config()
	cfg.LogLevel = "error"
	found, err := app.Examine(ctx, cfg, settings, c.language(), app.NewLog(cfg, c.err))
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = json.NewEncoder(c.out).Encode(found)
	}
	wrong := 0
	for _, f := range found {
		if f.Level == app.Wrong {
			wrong++
		}
		if !cmd.JSON && err == nil {
			line := fmt.Sprintf("%-8s%-10s%s", f.Level, f.Area, f.Text)
			if f.Link != "" {
				line += " " + f.Link
			}
			_, err = fmt.Fprintln(c.out, line)
		}
	}
	if err == nil && wrong > 0 {
		err = fmt.Errorf("found wrong: %d", wrong)
	}
	return err
}

// language is the language of the terminal, as far as it is one of ours.
func (c *console) language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, v := range c.environ {
			if value, ok := strings.CutPrefix(v, name+"="); ok && value != "" {
				if strings.HasPrefix(value, "de") {
					return "de"
				}
				return "en"
			}
		}
	}
	return "en"
}
