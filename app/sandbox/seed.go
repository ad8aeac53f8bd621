package sandbox

import (
	"kontor/domain/account"
	"kontor/domain/staff"
	"kontor/integrations/metasim"
)

// seed is what a sandbox begins with: names, in the language of whoever tries it.
type seed struct {
	account, owner, team, page string
	posts                      []metasim.Post
	staff                      []staff.New
	people                     []metasim.Person
}

func seeds(language string) seed {
	s := seed{
		account: "Morning Coffee", owner: "Olivia Owner", team: "Service", page: "Café Morgenrot",
		staff: []staff.New{
			{Email: "mia@sandbox.example", Name: "Mia Admin", Role: account.Admin},
			{Email: "jonas@sandbox.example", Name: "Jonas Member", Role: account.Member},
		},
		people: []metasim.Person{
			{FirstName: "Anna", LastName: "Berg", Locale: "de_DE"},
			{FirstName: "Tomás", LastName: "Herrera", Locale: "es_ES"},
			{FirstName: "Ольга", LastName: "Иванова", Locale: "ru_RU"},
		},
		posts: []metasim.Post{
			{Text: "We roast on Thursdays: come by and smell it. Who wants to try the new Ethiopian?", Pictures: 1},
			{Text: "Open on Sundays from now on, 9 to 2. Breakfast as long as there are rolls."},
		},
	}
	if language == "de" {
		s.account, s.owner = "Café Morgenrot", "Olivia Inhaberin"
		s.posts[0].Text = "Donnerstags rösten wir: kommt vorbei und riecht es. Wer probiert den neuen Äthiopier?"
		s.posts[1].Text = "Ab jetzt auch sonntags geöffnet, 9 bis 14 Uhr. Frühstück, solange es Brötchen gibt."
	}
	return s
}
