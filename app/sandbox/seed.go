package sandbox

import (
	"kontor/domain/account"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
)

// seed is what a sandbox begins with: names, in the language of whoever tries it.
type seed struct {
	account, owner, team, page string
	staff                      []staff.New
	people                     []metasim.Person
	// At the platform's login: the pages that can be connected, the Business one of them belongs to, and somebody with none.
	branch, business, stranger string
}

func seeds(language string) seed {
	s := seed{
		account: "Morning Coffee", owner: "Olivia Owner", team: "Service", page: "Café Morgenrot",
		branch: "Coffee Corner", business: "Coffee Holding", stranger: "Paul Pageless",
		staff: []staff.New{
			{Email: "mia@sandbox.example", Name: "Mia Admin", Role: account.Admin},
			{Email: "jonas@sandbox.example", Name: "Jonas Member", Role: account.Member},
		},
		people: []metasim.Person{
			{FirstName: "Anna", LastName: "Berg", Locale: "de_DE"},
			{FirstName: "Tomás", LastName: "Herrera", Locale: "es_ES"},
			{FirstName: "Ольга", LastName: "Иванова", Locale: "ru_RU"},
		},
	}
	if language == "de" {
		s.account, s.owner = "Café Morgenrot", "Olivia Inhaberin"
		s.branch, s.business, s.stranger = "Kaffee-Ecke", "Kaffee-Holding", "Paul Seitenlos"
	}
	return s
}
