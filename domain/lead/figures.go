package lead

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/templates"
)

// By what leads, and the conversations that ads brought, are put together.
const (
	ByCampaign = "campaign"
	ByAdSet    = "ad_set"
	ByAd       = "ad"
	BySource   = "form" // conversations come by none
)

// Kind is what an ad brought: a submitted form, or somebody who writes.
type Kind string

// The kinds.
const (
	KindLead    Kind = "lead"
	KindMessage Kind = "message"
)

// FigureQuery says what is counted, and by what it is put together.
type FigureQuery struct {
	By        string
	Kind      Kind // empty: all of them
	ChannelID *ids.ID
	From, To  time.Time // when forms were submitted and people came; To is the first moment that no longer counts
}

// Served is how what came was served: how much of it somebody here took up, how soon, and what became of the tasks.
type Served struct {
	Leads         int
	Conversations int // into which somebody came by an ad, each once
	Touched       int // a colleague wrote something on the task, to the person or as a note
	Soon          int // of them, within an hour
	Median        time.Duration
	Tasks         map[templates.Category]int
}

// Came is how many came, leads or conversations.
func (s Served) Came() int { return s.Leads + s.Conversations }

// Group is what came of a campaign, an ad set, an ad or a form. What came by none has no id.
type Group struct {
	Kind Kind
	Of   string // what the id names: by what was asked for, or the ad where its campaign or ad set is not known
	ID   string
	Name string
	Served
	title  string // of the ad, as it stood in it last
	newest ids.ID // of the leads that tell the name
	waits  []time.Duration
}

// Figures are how what came in a time was served.
type Figures struct {
	All    Group
	Groups []Group // the largest first
	Cut    bool    // there is more than was counted or is shown
}

const (
	soon      = time.Hour
	maxLeads  = 50_000 // of each kind, the newest are counted
	maxGroups = 200
)

// Figures tells how leads and conversations from ads were served, test leads left out, with a fixed number of statements.
func (s *Service) Figures(ctx context.Context, a account.ID, q FigureQuery) (Figures, error) {
	var f Figures
	c := counting{Figures: &f, at: map[placed]int{}, seen: map[placed]bool{}}
	if q.Kind != KindMessage {
		if err := s.countLeads(ctx, a, q, &c); err != nil {
			return f, err
		}
	}
	if q.Kind != KindLead && q.By != BySource {
		if err := s.countClicks(ctx, a, q, &c); err != nil {
			return f, err
		}
	}
	f.finish()
	return f, s.nameGroups(ctx, a, f.Groups)
}

func (s *Service) countLeads(ctx context.Context, a account.ID, q FigureQuery, c *counting) error {
	rows, err := s.store.submitted(ctx, a, q, maxLeads+1)
	if err != nil {
		return err
	}
	touched, err := s.store.firstTouches(ctx, a, q, ofLeads)
	if err != nil {
		return err
	}
	c.Cut = c.Cut || len(rows) > maxLeads
	for _, r := range rows[:min(len(rows), maxLeads)] { // the newest first: each group is named as it was called last
		first, was := touched[r.ID]
		g := c.group(Group{Kind: KindLead, Of: q.By, ID: r.group(q.By), newest: r.ID})
		for _, g := range []*Group{g, &c.All} {
			g.Leads++
			g.add(r, first.Sub(r.SubmittedAt), was)
		}
	}
	return nil
}

func (s *Service) countClicks(ctx context.Context, a account.ID, q FigureQuery, c *counting) error {
	rows, err := s.store.clicked(ctx, a, q, maxLeads+1)
	if err != nil || len(rows) == 0 {
		return err
	}
	ads, err := s.store.leadsOfAds(ctx, a, q)
	if err != nil {
		return err
	}
	touched, err := s.store.firstTouches(ctx, a, q, ofClicks)
	if err != nil {
		return err
	}
	c.Cut = c.Cut || len(rows) > maxLeads
	rows = rows[:min(len(rows), maxLeads)]
	for _, r := range slices.Backward(rows) { // the oldest first: whoever comes again is counted as they came first
		first, was := touched[r.ID]
		g := c.group(r.placed(q.By, ads[r.AdID]))
		g.title = cmp.Or(r.AdTitle, g.title)
		for _, g := range []*Group{g, &c.All} {
			if once := (placed{g.Kind, g.Of, g.ID + r.ConversationID.String()}); !c.seen[once] {
				c.seen[once] = true
				g.Conversations++
				g.add(r, first.Sub(r.SubmittedAt), was)
			}
		}
	}
	return nil
}

// placed returns the group of a click. What an ad belongs to is known by its leads; an ad that never brought one stands for
// itself.
func (r submitted) placed(by string, known submitted) Group {
	g := Group{Kind: KindMessage, Of: by, ID: known.group(by), newest: known.ID}
	if g.ID == "" || by == ByAd {
		g.Of, g.ID = ByAd, r.AdID
	}
	return g
}

// counting puts together what came.
type counting struct {
	*Figures
	at   map[placed]int
	seen map[placed]bool
}

type placed struct {
	kind   Kind
	of, id string
}

// group finds or makes a group.
func (c *counting) group(g Group) *Group {
	key := placed{g.Kind, g.Of, g.ID}
	i, known := c.at[key]
	if !known {
		i = len(c.Groups)
		c.at[key] = i
		c.Groups = append(c.Groups, g)
	}
	return &c.Groups[i]
}

// finish works out what can be said only of the whole.
func (f *Figures) finish() {
	f.All.close()
	for i := range f.Groups {
		f.Groups[i].close()
	}
	slices.SortStableFunc(f.Groups, func(a, b Group) int { return b.Came() - a.Came() })
	if len(f.Groups) > maxGroups {
		f.Groups, f.Cut = f.Groups[:maxGroups], true
	}
}

func (g *Group) add(r submitted, wait time.Duration, touched bool) {
	if g.Tasks == nil {
		g.Tasks = map[templates.Category]int{}
	}
	if r.Category != nil {
		g.Tasks[*r.Category]++
	}
	if !touched {
		return
	}
	g.Touched++
	g.waits = append(g.waits, wait)
	if wait <= soon {
		g.Soon++
	}
}

// close works out the middle of the waits: half were taken up sooner.
func (g *Group) close() {
	if len(g.waits) == 0 {
		return
	}
	slices.Sort(g.waits)
	g.Median = g.waits[(len(g.waits)-1)/2]
	g.waits = nil
}

// group is the id of what a lead is put together with others by.
func (r submitted) group(by string) string {
	switch by {
	case ByAdSet:
		return r.AdSetID
	case ByAd:
		return r.AdID
	case BySource:
		if r.FormID == nil {
			return ""
		}
		return r.FormID.String()
	}
	return r.CampaignID
}

// nameGroups finds out what groups are called: forms by themselves, all else by their newest lead, and an ad that has none
// by what stood in it.
func (s *Service) nameGroups(ctx context.Context, a account.ID, groups []Group) error {
	list := make([]ids.ID, 0, len(groups))
	for _, g := range groups {
		if g.newest != ids.Nil {
			list = append(list, g.newest)
		}
	}
	leads, err := s.store.byIDs(ctx, a, list)
	if err != nil {
		return err
	}
	forms, err := s.FormsOf(ctx, leads)
	byID := map[ids.ID]Lead{}
	for _, l := range leads {
		byID[l.ID] = l
	}
	for i, g := range groups {
		if g.ID == "" {
			continue
		}
		l, name := byID[g.newest], ""
		switch g.Of {
		case ByCampaign:
			name = l.Lead.Campaign
		case ByAdSet:
			name = l.Lead.AdSetName
		case ByAd:
			name = cmp.Or(l.Lead.AdName, g.title)
		case BySource:
			name = l.Scope(forms[l.ID]).FormName
		}
		groups[i].Name = strings.TrimSpace(name)
	}
	return err
}
