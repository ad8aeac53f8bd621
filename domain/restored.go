package domain

import (
	"context"
	"time"

	"kontor/domain/account"
)

// Restored makes an installation that was read from a backup one that may work, in the context's transaction: between the
// backup and now there may have been a life of which it knows nothing. What it would still have sent then is not sent blindly
// (it returns how many messages that are), what came in since is asked for, and the audit log of every account says that it
// happened.
func (s *Services) Restored(ctx context.Context, taken time.Time) (held int, err error) {
	byAccount, err := s.Outbound.Restored(ctx)
	if err != nil {
		return 0, err
	}
	if err := s.Mail.Restored(ctx); err != nil {
		return 0, err
	}
	accounts, err := s.Accounts.IDs(ctx)
	if err != nil {
		return 0, err
	}
	for _, a := range accounts {
		held += byAccount[a]
		err := s.Audit.Record(ctx, account.SystemActor(a).Entry("installation.restored", "account", a,
			map[string]any{"taken_at": taken, "messages": byAccount[a]}))
		if err != nil {
			return 0, err
		}
		if err := s.askForMissed(ctx, a); err != nil {
			return 0, err
		}
	}
	return held, nil
}

// askForMissed has the platforms asked for what they told while nobody of this database listened.
func (s *Services) askForMissed(ctx context.Context, a account.ID) error {
	channels, err := s.Channels.All(ctx, a)
	if err != nil {
		return err
	}
	for _, c := range channels {
		if err := s.Inbound.Missed(ctx, c); err != nil {
			return err
		}
	}
	return s.Leads.LookThrough(ctx, channels...)
}
