package metasim_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"kontor/domain/clock"
	"kontor/integrations/metasim"
)

// A test of a program that answers customers: the program takes webhooks at its callback and sends over the Graph API.
func Example() {
	program := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer program.Close()

	shifted := &clock.Shifted{}
	sim := metasim.New(metasim.Options{
		App:   metasim.App{Secrets: []string{"secret"}, CallbackURL: program.URL},
		Clock: shifted, Shift: shifted.Shift, Seed: 1,
	})
	defer sim.Close()
	page, _ := sim.AddPage(metasim.Page{Name: "Café", SubscribedFields: []string{"messages"}})
	anna, _ := sim.AddPerson(metasim.Person{FirstName: "Anna"})
	_, _ = sim.AddFault(metasim.Fault{Call: "send", Answer: metasim.AnswerHang, Accept: true})

	_, _ = sim.Write(metasim.Write{Page: page.ID, Person: anna.ID, Text: "Hallo"})
	_ = sim.Flush(context.Background())
	_, _ = sim.Advance(25 * time.Hour)

	fmt.Println(sim.Deliveries(1)[0].State, len(sim.Ledger(metasim.LedgerQuery{})), len(sim.Doubles()))
	// Output: delivered 0 0
}
