// Package account holds the accounts, which are customers' spaces, and the Actor: who does something in one. Every service
// of the domain takes an Actor and touches nothing outside its account.
//
// Who the people are and how they sign in is in packages staff and session. Start at Actor, then Service.
package account

import (
	"kontor/domain/audit"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// ID identifies an account.
type ID = ids.ID

// Role is what a staff member may do in an account.
type Role string

// The roles, from least to most.
const (
	Member Role = "member" // works tasks
	Admin  Role = "admin"  // also configures: channels, templates, people
	Owner  Role = "owner"  // also decides about admins; an account always has one
)

// rank orders the roles; what is no role has none.
var rank = map[Role]int{Member: 1, Admin: 2, Owner: 3} //nolint:gochecknoglobals // a constant table

// Valid tells whether r is a role.
func (r Role) Valid() bool { return rank[r] > 0 }

// AtLeast tells whether r may do what the other role may.
func (r Role) AtLeast(other Role) bool { return rank[r] >= rank[other] && rank[other] > 0 }

// ActorKind is who acts or writes: the reply policy depends on it.
type ActorKind string

// The kinds of actors. Contacts write, but never act on the account.
const (
	Staff   ActorKind = "staff"
	Bot     ActorKind = "bot"    // a program of the account's, with a bot token
	Script  ActorKind = "script" // our own automation
	System  ActorKind = "system" // Kontor itself
	Contact ActorKind = "contact"
)

// Actor is who does something in an account. Services take it from the API, the command line or a job, and scope
// everything they read and write to its account.
type Actor struct {
	AccountID ID
	Kind      ActorKind
	StaffID   ids.ID // the staff member, also behind a bot's token; Nil for scripts and the system
	TokenID   ids.ID // the API token used, if any
	SessionID ids.ID // the session signed in with, if any
	Role      Role
	Name      string
	MustEnrol bool   // has to set up the second factor that the account demands, before anything else
	Narrowed  bool   // a member of an account in which channels have rights of their own: see package access
	SSO       bool   // signed in by a provider of single sign-on
	Language  string // the staff member's, for words sent back
	IP        string
	RequestID string
}

// SystemActor is Kontor acting in an account by itself.
func SystemActor(id ID) Actor { return Actor{AccountID: id, Kind: System, Role: Owner} }

// InPerson tells whether a staff member acts with a session of their own, not through a token.
func (a Actor) InPerson() bool { return a.SessionID != ids.Nil }

// Key names the actor for idempotency: the token or the staff member.
func (a Actor) Key() string {
	if a.TokenID != ids.Nil {
		return "token:" + a.TokenID.String()
	}
	return "staff:" + a.StaffID.String()
}

// Entry begins an audit entry of what the actor did to an object.
func (a Actor) Entry(action, objectType string, objectID ids.ID, details map[string]any) audit.Entry {
	return audit.Entry{
		AccountID: a.AccountID, ActorKind: string(a.Kind), ActorID: ids.Ptr(a.StaffID), ActorName: a.Name,
		Action: action, ObjectType: objectType, ObjectID: objectID.String(), Details: details,
		IP: a.IP, RequestID: a.RequestID,
	}
}

// Require returns a Forbidden error unless the actor's role is at least r.
func (a Actor) Require(r Role) error {
	if a.Role.AtLeast(r) {
		return nil
	}
	return errs.New(errs.Forbidden, "account.role", "role", string(r))
}
