package httpapi

import (
	"context"
	"sync"
	"time"

	"kontor/app/doctor"
	"kontor/domain/account"
	"kontor/domain/inbound"
)

// How often the installation is examined because somebody looks, and because somebody asks for it.
const (
	examinedFor   = 5 * time.Minute
	examinedAgain = 5 * time.Second
)

// examinations keeps what the last examination of the installation found: one asks mail servers and others outside, and
// everybody who looks may see the same.
type examinations struct {
	mu    sync.Mutex
	at    time.Time
	found []doctor.Diagnosis
}

// get returns an examination that is not older than age. Whoever asks while one goes on waits for it.
func (e *examinations) get(ctx context.Context, age time.Duration, now func() time.Time, examine func(context.Context) []doctor.Diagnosis) ([]doctor.Diagnosis, time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.at.IsZero() || now().Sub(e.at) > age || now().Before(e.at) {
		found := examine(ctx)
		if ctx.Err() != nil { // what was broken off says nothing
			return found, now()
		}
		e.found, e.at = found, now()
	}
	return e.found, e.at
}

// InstallationHealth is what there is to know of the parts that the installation stands on.
type InstallationHealth struct {
	CheckedAt time.Time             `json:"checked_at"`
	Findings  []InstallationFinding `json:"findings" doc:"everything that was looked at, also what is well"`
}

// InstallationFinding is one thing that was looked at.
type InstallationFinding struct {
	Area  string `json:"area" enum:"settings,secrets,database,queue,files,address,mail,sso,events,work"`
	Level string `json:"level" enum:"ok,warning,error"`
	Code  string `json:"code" doc:"stable"`
	Text  string `json:"text" doc:"what was found and what to do, in the reader's language"`
	Link  string `json:"link,omitempty" doc:"where to do something about it"`
}

// getHealth says how the installation was when it was last examined.
func (a *API) getHealth(ctx context.Context, who account.Actor, _ *nothing) (*answer[InstallationHealth], error) {
	return a.health(ctx, who, examinedFor)
}

// checkInstallation examines it now.
func (a *API) checkInstallation(ctx context.Context, who account.Actor, _ *nothing) (*answer[InstallationHealth], error) {
	return a.health(ctx, who, examinedAgain)
}

func (a *API) health(ctx context.Context, who account.Actor, age time.Duration) (*answer[InstallationHealth], error) {
	accounts, err := a.Accounts.IDs(ctx)
	if err != nil {
		return nil, err
	}
	parts, at := a.examined.get(ctx, age, a.Clock.Now, a.Examine)
	x := exchangeOf(ctx)
	alone := len(accounts) == 1 // whoever administers the only account is the operator, and sees everything
	found, err := a.intake(ctx, who, alone)
	out := InstallationHealth{CheckedAt: at, Findings: []InstallationFinding{}}
	for _, d := range append(parts[:len(parts):len(parts)], found...) {
		out.Findings = append(out.Findings, x.finding(d, alone))
	}
	return answered(out, err)
}

// intake looks at what came in: to the whole installation if that is one account, else to the account alone.
func (a *API) intake(ctx context.Context, who account.Actor, alone bool) ([]doctor.Diagnosis, error) {
	if alone {
		x := exchangeOf(ctx)
		return doctor.Intake(ctx, a.Services, func(code string) string { return x.text(code, nil) })
	}
	counts, _, err := a.Inbound.Counts(ctx, who.AccountID, inbound.Filter{State: inbound.Failed})
	return doctor.Events(counts.Of(inbound.Failed), 0), err
}

// finding puts a diagnosis into words. What the operator's own systems said is for nobody else who shares them.
func (x *exchange) finding(d doctor.Diagnosis, all bool) InstallationFinding {
	params := map[string]any{}
	for name, value := range d.Params {
		if !all && (name == "problem" || name == "folder" || name == "issuer" || name == "host") {
			value = x.text("doctor.unsaid", nil)
		}
		params[name] = value
	}
	return InstallationFinding{d.Area, d.Level, d.Code, x.text(d.Code, params), d.Link}
}
