package sandbox

import (
	"fmt"

	"kontor/integrations/metasim"
)

// addUsers makes people at the simulated Meta who manage pages, so that connecting by login can be tried: one with all the
// pages there are, among them one that belongs to a Business and one on which they may not do enough, and one without any.
func (s *Sandbox) addUsers(words seed) error {
	manager := metasim.User{ID: "10001", Name: words.owner, Pages: []metasim.Managed{{Page: s.Page.ID}}}
	for i := range branches {
		p, err := s.Sim.AddPage(metasim.Page{
			ID: fmt.Sprintf("1042000000002%02d", i), Name: fmt.Sprintf("%s %02d", words.branch, i+1), HumanAgent: true,
		})
		if err != nil {
			return err
		}
		part := metasim.Managed{Page: p.ID}
		switch i {
		case branches - 2:
			part.Tasks = []string{"ADVERTISE", "ANALYZE"}
		case branches - 1:
			part.Business = words.business
		}
		manager.Pages = append(manager.Pages, part)
	}
	for _, u := range []metasim.User{manager, {ID: "10002", Name: words.stranger}} {
		if _, err := s.Sim.AddUser(u); err != nil {
			return err
		}
	}
	return nil
}

// branches is how many pages there are to choose from: more than the platform lists at once.
const branches = 30
