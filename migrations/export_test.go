package migrations

import (
	"context"
	"log/slog"

	"kontor/domain/storage"
)

// GoTo brings a schema to a version, forwards or back.
func GoTo(ctx context.Context, d *storage.DB, version int64) error {
	p, err := provider(d, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if _, err = p.DownTo(ctx, version); err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}
