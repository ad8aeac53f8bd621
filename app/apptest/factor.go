package apptest

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/staff"
)

// Code is what an app shows for a secret after a while.
func (a *App) Code(t testing.TB, secret string, after time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, a.Now().Add(after))
	require.NoError(t, err)
	return code
}

// Now is the program's time.
func (a *App) Now() time.Time { return a.API.Clock.Now() }

// Enrol gives somebody a second factor, and returns its secret and the recovery codes. The code of now is still unused.
func (a *App) Enrol(t testing.TB, s staff.Staff) (secret string, codes []string) {
	t.Helper()
	who := account.Actor{AccountID: s.AccountID, Kind: account.Staff, StaffID: s.ID, Name: s.Name, Role: s.Role}
	begun, err := a.Services.Staff.BeginSecondFactor(t.Context(), who, Password)
	require.NoError(t, err)
	codes, err = a.Services.Staff.ConfirmSecondFactor(t.Context(), who, a.Code(t, begun.Secret, -30*time.Second))
	require.NoError(t, err)
	return begun.Secret, codes
}

// Secret is what stands behind the # of a link.
func Secret(t testing.TB, link string) string {
	t.Helper()
	_, secret, found := strings.Cut(link, "#")
	require.True(t, found, link)
	return secret
}
