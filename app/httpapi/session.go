package httpapi

import (
	"context"
	"net/http"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/session"
	"kontor/domain/staff"
	"kontor/templates"
)

// Me is who has signed in, where, and where else they may go.
type Me struct {
	staff.Staff
	Account account.Account `json:"account"`
	// Accounts are all those the login works in. A token stays in its own and sees no other.
	Accounts []staff.Seat      `json:"accounts"`
	ActsAs   account.ActorKind `json:"acts_as" enum:"staff,bot"`
	// Now is from when on a stream tells all that what is asked for after this may have missed.
	Now time.Time `json:"now" doc:"the server's clock: GET /stream?since= goes on from here"`
	// MustEnrol tells that nothing else can be done before.
	MustEnrol bool `json:"must_enrol" doc:"the account demands a second factor, which is to be set up before anything else"`
}

// signedIn is an answer that sets or clears the session cookie.
type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

type signInInput struct {
	Body struct {
		Email     string `json:"email" maxLength:"254"`
		Password  string `json:"password" maxLength:"1024"`
		AccountID ids.ID `json:"account_id,omitzero" format:"uuid" doc:"which account to enter; without it the first one"`
	}
}

// signIn opens a session with a new value, and ends the one the browser had.
func (a *API) signIn(ctx context.Context, _ account.Actor, in *signInInput) (*signedIn, error) {
	x := exchangeOf(ctx)
	entry, err := a.Staff.SignIn(ctx, staff.Credentials{
		Email: in.Body.Email, Password: in.Body.Password, AccountID: in.Body.AccountID, IP: x.ip,
	})
	if err != nil {
		return nil, err
	}
	return a.enter(ctx, x, entry)
}

// enter opens the session that somebody's credentials were good for, or asks for the second factor: with a cookie, which names
// the sign-in under way to this browser alone, and an error that says so.
func (a *API) enter(ctx context.Context, x *exchange, entry staff.Entry) (*signedIn, error) {
	if err := a.endFormer(ctx, x); err != nil {
		return nil, err
	}
	if !entry.Challenge.Empty() {
		a.setCookie(x, a.challengeCookie(entry.Challenge.Reveal()))
		return nil, errs.New(errs.Unauthorized, "session.second_factor")
	}
	return a.open(ctx, x, entry.Seat, session.Password)
}

// endFormer ends the session that the browser had.
func (a *API) endFormer(ctx context.Context, x *exchange) error {
	if x.cookie == "" {
		return nil
	}
	before, err := a.Sessions.AuthenticateCookie(ctx, x.cookie)
	if err == nil {
		err = a.Sessions.Close(ctx, before, before.SessionID)
	}
	if errs.KindOf(err) == errs.Unauthorized {
		return nil
	}
	return err
}

func (a *API) open(ctx context.Context, x *exchange, seat staff.Seat, by session.Method) (*signedIn, error) {
	value, _, err := a.Sessions.Open(ctx, session.Opening{
		AccountID: seat.AccountID, StaffID: seat.StaffID, LoginID: seat.LoginID, Name: seat.Name, Method: by,
		IP: x.ip, UserAgent: x.agent, RequestID: x.id,
	})
	if err != nil {
		return nil, err
	}
	who, err := a.Sessions.AuthenticateCookie(ctx, value.Reveal())
	if err != nil {
		return nil, err
	}
	me, err := a.me(ctx, who)
	return &signedIn{SetCookie: a.cookie(value.Reveal()), Body: me}, err
}

type switchInput struct {
	Body struct {
		AccountID ids.ID `json:"account_id" format:"uuid"`
	}
}

// switchAccount goes to another account of the same login: a new session there instead of the one here.
func (a *API) switchAccount(ctx context.Context, who account.Actor, in *switchInput) (*signedIn, error) {
	seat, err := a.Staff.SeatIn(ctx, who, in.Body.AccountID)
	if err != nil {
		return nil, err
	}
	by := session.Password
	if who.SSO {
		by = session.SSO
	}
	entered, err := a.open(ctx, exchangeOf(ctx), seat, by)
	if err != nil {
		return nil, err
	}
	return entered, a.Sessions.Close(ctx, who, who.SessionID)
}

// signedOut is an answer that clears the session cookie.
type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, who account.Actor, _ *nothing) (*signedOut, error) {
	return &signedOut{a.noCookie()}, a.Sessions.Close(ctx, who, who.SessionID)
}

func (a *API) listSessions(ctx context.Context, who account.Actor, in *struct{ Paging }) (*answer[Page[session.Session]], error) {
	return listed(a.Sessions.List(ctx, who, in.page()))
}

// endOtherSessions ends the actor's sessions, in this account, but for the one they ask with.
func (a *API) endOtherSessions(ctx context.Context, who account.Actor, _ *nothing) (*nothing, error) {
	return &nothing{}, a.Sessions.CloseOthers(ctx, who)
}

func (a *API) endSession(ctx context.Context, who account.Actor, in *ByID) (*nothing, error) {
	return &nothing{}, a.Sessions.Close(ctx, who, in.ID)
}

func (a *API) getMe(ctx context.Context, who account.Actor, _ *nothing) (*answer[Me], error) {
	return answered(a.me(ctx, who))
}

func (a *API) me(ctx context.Context, who account.Actor) (Me, error) {
	s, err := a.Staff.Get(ctx, who, who.StaffID)
	if err != nil {
		return Me{}, err
	}
	acc, err := a.Accounts.Get(ctx, who.AccountID)
	if err != nil {
		return Me{}, err
	}
	seats := []staff.Seat{{AccountID: acc.ID, AccountName: acc.Name}}
	if who.InPerson() {
		seats, err = a.Staff.Seats(ctx, who)
	}
	return Me{Staff: s, Account: acc, Accounts: seats, ActsAs: who.Kind, MustEnrol: who.MustEnrol, Now: a.Clock.Now()}, err
}

type changeMeInput struct {
	Body struct {
		Name         Optional[string]          `json:"name,omitzero" maxLength:"100"`
		Language     Optional[string]          `json:"language,omitzero" enum:"en,de"`
		Available    Optional[bool]            `json:"available,omitzero"`
		AwayUntil    Optional[*time.Time]      `json:"away_until,omitzero" doc:"makes one away until then; null leaves the end open"`
		WorkingHours Optional[templates.Hours] `json:"working_hours,omitzero" doc:"all of them; {}: whenever one is available"`
	}
}

func (a *API) changeMe(ctx context.Context, who account.Actor, in *changeMeInput) (*answer[Me], error) {
	b := in.Body
	_, err := a.Staff.Update(ctx, who, who.StaffID, staff.Change{
		Name: b.Name.Ptr(), Language: b.Language.Ptr(), Available: b.Available.Ptr(),
		AwayUntil: awayUntil(b.AwayUntil), WorkingHours: b.WorkingHours.Ptr(),
	})
	if err != nil {
		return nil, err
	}
	return answered(a.me(ctx, who))
}

// awayUntil is the time that was sent; zero where it is to be left open.
func awayUntil(sent Optional[*time.Time]) *time.Time {
	if !sent.Sent {
		return nil
	}
	if sent.Value == nil {
		return new(time.Time)
	}
	return sent.Value
}

type changePasswordInput struct {
	Body struct {
		CurrentPassword string `json:"current_password" maxLength:"1024"`
		Password        string `json:"password" maxLength:"1024"`
	}
}

// changePassword also ends the login's other sessions, in all accounts.
func (a *API) changePassword(ctx context.Context, who account.Actor, in *changePasswordInput) (*nothing, error) {
	return &nothing{}, a.Staff.SetPassword(ctx, who, in.Body.CurrentPassword, in.Body.Password)
}
