package realtime

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"kontor/domain/account"
	"kontor/domain/clock"
	"kontor/domain/ids"
)

// Stay is how long somebody is in a room after their screen has last said so. Screens say so more often.
const Stay = 30 * time.Second

// seatsPerRoom is how many screens a room notices: more people never look at one task, and memory is not for the asking.
const seatsPerRoom = 100

const presenceChannel = "kontor:presence"

// Presence is who has a task open now. It is in no row: what a lost process knew of it comes back with the next signs of
// life.
type Presence struct {
	TaskID ids.ID    `json:"task_id"`
	People []Present `json:"people"`

	account account.ID
}

// Present is a staff member who has a task open.
type Present struct {
	StaffID ids.ID `json:"staff_id"`
	Name    string `json:"name"`
	Typing  Typing `json:"typing" enum:",public,internal" doc:"what they are writing; empty when they are not"`
}

// Typing is what somebody is writing.
type Typing string

// What people write.
const (
	NotTyping      Typing = ""
	TypingPublic   Typing = "public"
	TypingInternal Typing = "internal"
)

// Sign is a screen's word that somebody has a task open.
type Sign struct {
	AccountID account.ID `json:"account_id"`
	TaskID    ids.ID     `json:"task_id"`
	StaffID   ids.ID     `json:"staff_id"`
	Name      string     `json:"name"`
	Tab       string     `json:"tab"` // tells a person's screens apart
	Typing    Typing     `json:"typing"`
	Left      bool       `json:"left"`
	Origin    ids.ID     `json:"origin"` // the process that heard it from the screen
}

type room struct {
	account account.ID
	task    ids.ID
}

type seat struct {
	staff ids.ID
	tab   string
}

type sitting struct {
	Present
	until time.Time
}

// Rooms know who has which task open, in this process and, by word through Redis, in the others.
type Rooms struct {
	hub    *Hub
	clock  clock.Clock
	log    *slog.Logger
	redis  redis.UniversalClient // nil: there are no others
	origin ids.ID
	signs  chan Sign

	mu    sync.Mutex
	rooms map[room]map[seat]sitting
}

// NewRooms makes rooms whose changes the hub's listeners hear of.
func NewRooms(h *Hub, c clock.Clock, client redis.UniversalClient, log *slog.Logger) *Rooms {
	return &Rooms{
		hub: h, clock: c, log: log, redis: client, origin: ids.New(), signs: make(chan Sign, backlog),
		rooms: map[room]map[seat]sitting{},
	}
}

// Note takes a sign of life from a screen of this process, and passes it on.
func (r *Rooms) Note(s Sign) {
	r.apply(s)
	if r.redis == nil {
		return
	}
	s.Origin = r.origin
	select {
	case r.signs <- s:
	default: // the next one comes soon
	}
}

// Of returns who has the tasks of an account open.
func (r *Rooms) Of(id account.ID) []Presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Presence
	for at := range r.rooms {
		if at.account == id {
			all = append(all, r.presence(at))
		}
	}
	return all
}

// apply changes a room, and tells of it if anything is different.
func (r *Rooms) apply(s Sign) {
	at, who := room{s.AccountID, s.TaskID}, seat{s.StaffID, s.Tab}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.presence(at)
	switch seats := r.rooms[at]; {
	case s.Left:
		delete(seats, who)
	case seats == nil:
		r.rooms[at] = map[seat]sitting{who: r.sit(s)}
	case len(seats) < seatsPerRoom || seats[who].StaffID == s.StaffID:
		seats[who] = r.sit(s)
	}
	r.tell(at, before)
}

func (r *Rooms) sit(s Sign) sitting {
	return sitting{Present{s.StaffID, s.Name, s.Typing}, r.clock.Now().Add(Stay)}
}

// tell passes a room on that is no longer as it was; the lock is held.
func (r *Rooms) tell(at room, before Presence) {
	if len(r.rooms[at]) == 0 {
		delete(r.rooms, at)
	}
	if now := r.presence(at); !slices.Equal(now.People, before.People) {
		r.hub.show(now)
	}
}

// presence is who is in a room, each person once: what they write on one screen counts; the lock is held.
func (r *Rooms) presence(at room) Presence {
	people := map[ids.ID]Present{}
	for _, s := range r.rooms[at] {
		if known, there := people[s.StaffID]; !there || known.Typing < s.Typing {
			people[s.StaffID] = s.Present
		}
	}
	p := Presence{TaskID: at.task, People: []Present{}, account: at.account}
	for _, one := range people {
		p.People = append(p.People, one)
	}
	slices.SortFunc(p.People, func(a, b Present) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.StaffID[:], b.StaffID[:]))
	})
	return p
}

// Run has people leave whose screens are silent, and exchanges signs with other processes, until the context ends.
func (r *Rooms) Run(ctx context.Context) {
	if r.redis != nil {
		go r.hear(ctx)
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.sweep()
		case s := <-r.signs:
			r.pass(ctx, s)
		}
	}
}

func (r *Rooms) sweep() {
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for at, seats := range r.rooms {
		before := r.presence(at)
		for who, s := range seats {
			if s.until.Before(now) {
				delete(seats, who)
			}
		}
		r.tell(at, before)
	}
}

func (r *Rooms) pass(ctx context.Context, s Sign) {
	text, err := json.Marshal(s)
	if err != nil {
		return
	}
	send, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := r.redis.Publish(send, presenceChannel, text).Err(); err != nil && ctx.Err() == nil {
		r.log.DebugContext(ctx, "who has a task open did not get through to other processes", "error", err)
	}
}

// hear takes in what other processes pass on.
func (r *Rooms) hear(ctx context.Context) {
	sub := r.redis.Subscribe(ctx, presenceChannel)
	defer func() { _ = sub.Close() }()
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-sub.Channel():
			if !ok {
				return
			}
			var s Sign
			if json.Unmarshal([]byte(m.Payload), &s) == nil && s.Origin != r.origin {
				r.apply(s)
			}
		}
	}
}
