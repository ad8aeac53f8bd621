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
	form                       metasim.LeadForm
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
		posts: []metasim.Post{
			{Text: "We roast on Thursdays: come by and smell it. Who wants to try the new Ethiopian?", Pictures: 1},
			{Text: "Open on Sundays from now on, 9 to 2. Breakfast as long as there are rolls."},
		},
	}
	s.form = metasim.LeadForm{
		Page: pageID, Name: "Catering enquiry", Locale: "en_US",
		Questions: questions("Full name", "E-mail", "Phone", "How many guests?", "What is the occasion?", "Wedding", "Company party"),
	}
	if language == "de" {
		s.account, s.owner = "Café Morgenrot", "Olivia Inhaberin"
		s.form.Name, s.form.Locale = "Catering-Anfrage", "de_DE"
		s.form.Questions = questions("Name", "E-Mail", "Telefon", "Wie viele Gäste?", "Was ist der Anlass?", "Hochzeit", "Firmenfeier")
		s.posts[0].Text = "Donnerstags rösten wir: kommt vorbei und riecht es. Wer probiert den neuen Äthiopier?"
		s.posts[1].Text = "Ab jetzt auch sonntags geöffnet, 9 bis 14 Uhr. Frühstück, solange es Brötchen gibt."
		s.branch, s.business, s.stranger = "Kaffee-Ecke", "Kaffee-Holding", "Paul Seitenlos"
	}
	return s
}

// questions are those of the sandbox's form: what every form asks, and two that no template knows.
func questions(name, email, phone, guests, occasion, wedding, party string) []metasim.LeadQuestion {
	return []metasim.LeadQuestion{
		{Key: "full_name", Label: name, Type: "FULL_NAME"},
		{Key: "email", Label: email, Type: "EMAIL"},
		{Key: "phone_number", Label: phone, Type: "PHONE"},
		{Key: "guests", Label: guests, Type: "CUSTOM"},
		{Key: "occasion", Label: occasion, Type: "CUSTOM", Options: []metasim.LeadOption{
			{Key: "wedding", Value: wedding}, {Key: "party", Value: party},
		}},
	}
}
