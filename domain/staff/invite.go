package staff

import (
	"context"
	"time"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/mail"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// InvitationLasts is how long an invitation is good.
const InvitationLasts = 7 * 24 * time.Hour

// joinPath is where a link of an invitation leads. What stands behind the # no browser sends, and no proxy logs.
const joinPath = "/join#"

// Invitation is somebody asked to work in an account who has not come yet.
type Invitation struct {
	TokenHash     []byte       `gorm:"primaryKey" json:"-"`
	AccountID     account.ID   `json:"-"`
	ID            ids.ID       `json:"id"`
	Email         string       `json:"email"`
	Role          account.Role `json:"role" enum:"member,admin,owner"`
	Language      string       `json:"language" enum:"en,de"`
	InvitedBy     *ids.ID      `json:"-"`
	InvitedByName string       `json:"invited_by"`
	MailID        *ids.ID      `json:"-"`
	CreatedAt     time.Time    `json:"created_at"`
	ExpiresAt     time.Time    `json:"expires_at"`
	Expired       bool         `gorm:"-" json:"expired"`
	// Mail is what has become of the mail that says so.
	Mail    string `gorm:"-" json:"mail" enum:"none,queued,sent,failed" doc:"what has become of the mail with the link; none when no mail server is configured"`
	Problem string `gorm:"-" json:"mail_problem" doc:"why the mail has not gone out, as a code; or empty"`
}

// TableName names the table.
func (Invitation) TableName() string { return "invitations" }

// NewInvitation says whom to invite.
type NewInvitation struct {
	Email    string
	Role     account.Role
	Language string // the account's when empty
}

// Invite asks somebody to work in the actor's account. It takes an admin, and an owner to invite an owner. Where no mail can
// be sent, the link is returned, for the actor to hand on; else it is in the mail alone.
func (s *Service) Invite(ctx context.Context, who account.Actor, n NewInvitation) (Invitation, secret.Text, error) {
	if err := mayChange(who, Staff{}, Change{Role: &n.Role}); err != nil {
		return Invitation{}, secret.Text{}, err
	}
	i, err := s.beginInvitation(ctx, who, n)
	if err != nil {
		return Invitation{}, secret.Text{}, err
	}
	token, hash := secret.NewToken()
	i.TokenHash = hash
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.mailInvitation(ctx, &i); err != nil {
			return err
		}
		written, err := s.insertInvitation(ctx, i)
		if err != nil {
			return err
		}
		if !written {
			return errs.New(errs.Conflict, "invitation.exists")
		}
		return s.recordInvitation(ctx, who, "invitation.created", i)
	})
	if err != nil {
		return Invitation{}, secret.Text{}, err
	}
	return i, s.shown(token), s.completeInvitations(ctx, []*Invitation{&i})
}

func (s *Service) beginInvitation(ctx context.Context, who account.Actor, n NewInvitation) (Invitation, error) {
	now := s.Clock.Now()
	email, problems := cleanEmail(n.Email)
	if !n.Role.Valid() {
		problems = append(problems, errs.At("body.role", "staff.role"))
	}
	if n.Language == "" {
		a, err := s.Accounts.Get(ctx, who.AccountID)
		if err != nil {
			return Invitation{}, err
		}
		n.Language = a.Language
	}
	problems = append(problems, account.CheckLanguage("body.language", n.Language)...)
	if err := errs.Input(problems...); err != nil {
		return Invitation{}, err
	}
	here, err := s.worksIn(ctx, who.AccountID, email)
	if err == nil && here {
		err = errs.New(errs.Conflict, "staff.exists")
	}
	return Invitation{
		AccountID: who.AccountID, ID: ids.New(), Email: email, Role: n.Role, Language: n.Language,
		InvitedBy: ids.Ptr(who.StaffID), InvitedByName: who.Name, CreatedAt: now, ExpiresAt: now.Add(InvitationLasts),
	}, err
}

// mailInvitation queues the mail of an invitation, where mails can be sent.
func (s *Service) mailInvitation(ctx context.Context, i *Invitation) error {
	if !s.Mail.On() {
		i.MailID = nil
		return nil
	}
	id, err := s.Mail.Put(ctx, mail.Mail{
		Type: mail.Invitation, Address: i.Email, Language: i.Language, AccountID: &i.AccountID, SubjectID: &i.ID,
	}, InvitationLasts/7)
	i.MailID = &id
	return err
}

// shown is the link of an invitation for who may see it: nobody, where it goes by mail.
func (s *Service) shown(token secret.Text) secret.Text {
	if s.Mail.On() {
		return secret.Text{}
	}
	return secret.New(s.Link(joinPath + token.Reveal()))
}

// Resend makes an invitation good for another week, with a new link that makes the former one void. It takes an admin.
func (s *Service) Resend(ctx context.Context, who account.Actor, id ids.ID) (i Invitation, link secret.Text, err error) {
	token, hash := secret.NewToken()
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if i, err = s.findInvitation(ctx, who.AccountID, id); err != nil {
			return err
		}
		if err := mayChange(who, Staff{}, Change{Role: &i.Role}); err != nil {
			return err
		}
		i.ExpiresAt, i.TokenHash = s.Clock.Now().Add(InvitationLasts), hash
		if err := s.mailInvitation(ctx, &i); err != nil {
			return err
		}
		if err := s.saveInvitation(ctx, i); err != nil {
			return err
		}
		return s.recordInvitation(ctx, who, "invitation.sent_again", i)
	})
	if err != nil {
		return i, secret.Text{}, err
	}
	return i, s.shown(token), s.completeInvitations(ctx, []*Invitation{&i})
}

// Revoke takes an invitation back. It takes an admin.
func (s *Service) Revoke(ctx context.Context, who account.Actor, id ids.ID) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		i, err := s.findInvitation(ctx, who.AccountID, id)
		if err != nil {
			return err
		}
		if err := mayChange(who, Staff{}, Change{Role: &i.Role}); err != nil {
			return err
		}
		if _, err := s.takeInvitation(ctx, i.TokenHash); err != nil {
			return err
		}
		return s.recordInvitation(ctx, who, "invitation.revoked", i)
	})
}

// Invitations returns a page of the account's open invitations, the newest first, with those that have run out.
func (s *Service) Invitations(ctx context.Context, who account.Actor, p storage.Page) ([]Invitation, string, error) {
	rows, next, err := s.listInvitations(ctx, who.AccountID, p)
	if err != nil {
		return nil, "", err
	}
	all := make([]*Invitation, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	return rows, next, s.completeInvitations(ctx, all)
}

// completeInvitations fills in what is not in the table.
func (s *Service) completeInvitations(ctx context.Context, all []*Invitation) error {
	var mails []ids.ID
	for _, i := range all {
		if i.MailID != nil {
			mails = append(mails, *i.MailID)
		}
	}
	states, err := s.Mail.States(ctx, mails)
	for _, i := range all {
		i.Expired, i.Mail = !i.ExpiresAt.After(s.Clock.Now()), "none"
		if i.MailID == nil {
			continue
		}
		i.Mail = string(mail.Sent) // its row is no longer kept
		if m, ok := states[*i.MailID]; ok {
			i.Mail, i.Problem = string(m.State), m.Problem
		}
	}
	return err
}

// Welcome is what somebody with an invitation's link is shown.
type Welcome struct {
	AccountName string       `json:"account_name"`
	InvitedBy   string       `json:"invited_by"`
	Email       string       `json:"email"`
	Role        account.Role `json:"role" enum:"member,admin,owner"`
	Language    string       `json:"language" enum:"en,de"`
	Known       bool         `json:"known" doc:"whether the address signs in here already: its password is asked for then, and no new one"`
}

// Welcome returns what an invitation is about; NotFound when the link has been used, revoked, replaced or has run out.
func (s *Service) Welcome(ctx context.Context, token string) (Welcome, error) {
	i, err := s.openInvitation(ctx, token)
	if err != nil {
		return Welcome{}, err
	}
	a, err := s.Accounts.Get(ctx, i.AccountID)
	if err != nil {
		return Welcome{}, err
	}
	l, err := s.findLogin(ctx, i.Email)
	return Welcome{a.Name, i.InvitedByName, i.Email, i.Role, i.Language, l.ID != ids.Nil}, err
}

func (s *Service) openInvitation(ctx context.Context, token string) (Invitation, error) {
	i, err := s.invitationByHash(ctx, secret.HashToken(token))
	if err == nil && (i == nil || !i.ExpiresAt.After(s.Clock.Now())) {
		err = errs.Missing("invitation")
	}
	if err != nil {
		return Invitation{}, err
	}
	return *i, nil
}

// Accept makes whoever has an invitation's link a staff member, with a new password, or, when the address signs in here
// already, with the password that it has. What comes after is as after a password: the seat, or the second factor first.
func (s *Service) Accept(ctx context.Context, token string, n New, address string) (Entry, error) {
	i, err := s.openInvitation(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	n.Email, n.Role = i.Email, i.Role
	if n.Language == "" {
		n.Language = i.Language
	}
	added, hash, err := s.prepare(ctx, i.AccountID, n, address)
	if errs.Is(err, "staff.email_taken") {
		err = errs.Input(errs.At("body.password", "invitation.password_wrong"))
	}
	if err != nil {
		return Entry{}, err
	}
	if err := s.join(ctx, i, &added, hash, i.MailID != nil, address); err != nil {
		return Entry{}, err
	}
	l, err := s.loginByID(ctx, added.LoginID)
	if err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, l, i.AccountID)
}

// join uses an invitation up and writes the staff member. proved says that the address is known to be theirs.
func (s *Service) join(ctx context.Context, i Invitation, added *Staff, hash string, proved bool, address string) error {
	var proof *time.Time
	if now := s.Clock.Now(); proved {
		proof = &now
	}
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		first, err := s.takeInvitation(ctx, i.TokenHash)
		if err != nil {
			return err
		}
		if !first {
			return errs.Missing("invitation")
		}
		who := account.Actor{AccountID: i.AccountID, Kind: account.Staff, StaffID: added.ID, Name: added.Name, IP: address}
		if err := s.add(ctx, who, added, hash, proof); err != nil {
			return err
		}
		if proved {
			return s.proveAddress(ctx, added.LoginID)
		}
		return nil
	})
}

// composeInvitation finds out what the mail of an invitation has to tell, with a new link that makes former ones void; nil
// when there is nothing to tell any more.
func (s *Service) composeInvitation(ctx context.Context, m mail.Mail) (*mail.Content, error) {
	if m.AccountID == nil || m.SubjectID == nil {
		return nil, nil
	}
	i, err := s.findInvitation(ctx, *m.AccountID, *m.SubjectID)
	if errs.KindOf(err) == errs.NotFound || err == nil && (i.MailID == nil || *i.MailID != m.ID) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := s.Accounts.Get(ctx, i.AccountID)
	if err != nil {
		return nil, err
	}
	token, hash := secret.NewToken()
	i.TokenHash = hash
	return &mail.Content{
		Params: map[string]any{"account": a.Name, "by": i.InvitedByName, "days": int(InvitationLasts.Hours() / 24)},
		Link:   s.Link(joinPath + token.Reveal()),
		Look:   lookOf(a),
	}, s.saveInvitation(ctx, i)
}

// lookOf is what the mails of an account look like.
func lookOf(a account.Account) mail.Look {
	p := a.Palette()
	return mail.Look{Name: a.BrandName, Title: p.OnLight, Fill: p.Fill, Ink: p.Ink}
}

// Compose finds out what a mail has to tell; nil when there is nothing to tell any more.
func (s *Service) Compose(ctx context.Context, m mail.Mail) (*mail.Content, error) {
	if m.Type == mail.Invitation {
		return s.composeInvitation(ctx, m)
	}
	return s.composeReset(ctx, m)
}

func (s *Service) recordInvitation(ctx context.Context, who account.Actor, action string, i Invitation) error {
	details := map[string]any{"email": i.Email, "role": i.Role}
	if err := s.Log.Record(ctx, who.Entry(action, "invitation", i.ID, details)); err != nil {
		return err
	}
	return s.Feed.Publish(ctx, feed.Event{AccountID: who.AccountID, Type: feed.StaffChanged, Refs: feed.Refs{ObjectID: &i.ID}})
}
