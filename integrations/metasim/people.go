package metasim

import "sync"

// Person is somebody who writes to pages. What a page sees of them is another id on each page.
type Person struct {
	ID        string `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Locale    string `json:"locale"`
	Timezone  int    `json:"timezone"`
	Gender    string `json:"gender"`
	// Profile says what a page learns when it asks.
	Profile ProfileMode `json:"profile"`
	// PSIDs are the person's page-scoped ids by page, once they have met. Given to AddPerson they are the ids to be
	// used at the first contact; else those are made up.
	PSIDs map[string]string `json:"psids"`
	// Picture is the path of the profile picture.
	Picture string `json:"picture"`
}

// ProfileMode says how a profile read ends.
type ProfileMode string

// The modes; the empty one is ProfileShown.
const (
	ProfileShown   ProfileMode = "shown"
	ProfileEmpty   ProfileMode = "empty"   // {}: the app lacks the feature
	ProfileHidden  ProfileMode = "hidden"  // 100/33
	ProfilePhone   ProfileMode = "phone"   // 2018218: the account is a phone number
	ProfileRefused ProfileMode = "refused" // 2018247: no permission for a field
)

type person struct {
	Person
	picture *file
}

func (p *person) name() string {
	if p.LastName == "" {
		return p.FirstName
	}
	return p.FirstName + " " + p.LastName
}

// AddPerson adds a person; what is left empty is made up.
func (s *Sim) AddPerson(v Person) (Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.ID == "" {
		v.ID = s.ids.digits(10)
	}
	if v.FirstName == "" {
		v.FirstName = "Person " + v.ID[len(v.ID)-4:]
	}
	if v.Locale == "" {
		v.Locale = "en_US"
	}
	if s.personByID[v.ID] != nil {
		return Person{}, Refusal("person.exists")
	}
	p := &person{Person: v}
	p.picture = s.addFile("portrait.png", "image/png", sync.OnceValue(func() []byte { return drawPortrait(v.ID) }))
	s.people = append(s.people, p)
	s.personByID[p.ID] = p
	s.touch()
	return s.viewPerson(p), nil
}

// ChangePerson changes a person and returns them as they are now; the id stays. The function must not call the
// simulator.
func (s *Sim) ChangePerson(id string, change func(*Person)) (Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personByID[id]
	if p == nil {
		return Person{}, Refusal("person.unknown")
	}
	v := s.viewPerson(p)
	change(&v)
	v.ID, v.PSIDs = id, p.PSIDs
	p.Person = v
	s.touch()
	return s.viewPerson(p), nil
}

func (s *Sim) viewPerson(p *person) Person {
	v := p.Person
	v.PSIDs = map[string]string{}
	for _, on := range s.pages {
		if t := on.threadOf[p]; t != nil {
			v.PSIDs[on.ID] = t.psid
		}
	}
	v.Picture = s.filePath(p.picture)
	return v
}
