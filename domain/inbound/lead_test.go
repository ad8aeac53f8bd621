package inbound_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/contact"
	"kontor/domain/domaintest"
	"kontor/domain/inbound"
	"kontor/domain/lead"
	"kontor/domain/storage"
	"kontor/domain/task"
)

// answered has the answers of every lead fetched that is due, and processes what follows.
func answered(w *domaintest.World) {
	w.Fetch(lead.FetchQueue)
	w.Process()
}

func contacts(t *testing.T, w *domaintest.World) []contact.Contact {
	t.Helper()
	list, _, err := w.Contacts.List(w.Ctx(), w.Account.ID, contact.Filter{}, storage.Page{Limit: 200})
	require.NoError(t, err)
	return list
}

func ruleOf(t *testing.T, w *domaintest.World, made task.Task, rule string) map[string]any {
	t.Helper()
	whys, err := w.Tasks.Whys(w.Ctx(), w.Account.ID, made.ID)
	require.NoError(t, err)
	for i := len(whys) - 1; i >= 0; i-- {
		for _, s := range whys[i].Steps {
			if s.Rule == rule {
				in := map[string]any{"outcome": s.Outcome}
				for k, v := range s.Input {
					in[k] = v
				}
				return in
			}
		}
	}
	return nil
}

func TestALeadWaitsForItsAnswers(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("form-1", "Test ride", "full_name", "email", "phone_number", "size"))
	l := w.Lead("lead-1", "form-1", "full_name", "Anna Berg", "email", "Anna@Berg.example", "phone_number", "0151 23456789", "size", "M")
	w.Hear(domaintest.Submitted(l))
	require.Empty(t, w.AllTasks())
	e := w.Events()[0]
	require.Equal(t, inbound.Waiting, e.State)
	require.Equal(t, "answers", e.Reason)
	require.Equal(t, w.Clock.Now().Add(5*time.Second), e.WaitingUntil.UTC())

	w.Fake.Enter(l)
	answered(w)
	made := w.OneTask()
	require.Equal(t, "Test ride: Anna Berg", made.Title)
	require.Equal(t, "Spring", made.Fields["campaign"])
	require.Equal(t, "Red bike", made.Fields["ad"])
	require.True(t, made.Unread)
	require.Equal(t, []string{"Your full_name: Anna Berg\nYour email: Anna@Berg.example\nYour phone_number: 0151 23456789\nYour size: M"}, w.Texts(made))
	c := w.Comments(made)[0]
	require.Equal(t, account.Contact, c.AuthorKind)
	shown, _ := c.Details["lead"].(map[string]any)
	require.Equal(t, "Berlin", shown["ad_set"])
	answers, _ := shown["answers"].([]any)
	require.Equal(t, map[string]any{"key": "size", "question": "Your size", "values": []any{"M"}, "unmapped": true}, answers[3])
	require.Equal(t, "size", ruleOf(t, w, made, "lead.unmapped")["questions"])

	people := contacts(t, w)
	require.Len(t, people, 1)
	require.Equal(t, "Anna Berg", people[0].Name)
	require.Equal(t, []string{"anna@berg.example"}, people[0].Emails)
	require.Equal(t, []string{"+4915123456789"}, people[0].Phones)
	require.Equal(t, people[0].ID, *made.ContactID)
	require.Equal(t, "Leads", people[0].GroupName)

	e = w.Events()[0]
	require.Equal(t, inbound.Processed, e.State)
	require.Equal(t, made.ID, *e.TaskID)
	require.Equal(t, c.ID, *e.CommentID)
	calls := w.Fake.LeadCalls()
	w.Clock.Add(time.Minute)
	w.Fetch(inbound.WaitQueue)
	w.Hear(domaintest.Submitted(l))
	answered(w)
	require.Len(t, w.AllTasks(), 1)
	require.Equal(t, calls, w.Fake.LeadCalls(), "answers are fetched once")
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, made.ID, task.NewComment{Text: "hello", Visibility: task.Public})
	require.Error(t, err, "there is no conversation to answer in")
}

// The channel was switched off after the lead had come and before its answers were fetched.
func TestAnswersArePutOffOnlyForAsLongAsTheChannelIsOff(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("form-1", "Test ride", "full_name"))
	l := w.Lead("lead-1", "form-1", "full_name", "Anna Berg")
	w.Fake.Enter(l)
	w.Hear(domaintest.Submitted(l))
	w.Switch(false)
	answered(w)
	require.Empty(t, w.AllTasks())
	w.Switch(true)
	answered(w)
	require.Equal(t, "Test ride: Anna Berg", w.OneTask().Title)
}

func TestATaskIsMadeWhileTheAnswersCannotBeRead(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("form-1", "Test ride", "full_name", "email"))
	l := w.Lead("lead-1", "form-1", "full_name", "Anna Berg", "email", "anna@berg.example")
	w.Hear(domaintest.Submitted(l))
	answered(w)
	require.Empty(t, w.AllTasks(), "there is patience")
	w.Clock.Add(5 * time.Second)
	w.Fetch(inbound.WaitQueue)
	w.Process()

	made := w.OneTask()
	require.Equal(t, "Lead lead-1: answers not yet readable", made.Title)
	require.Equal(t, "leads.not_yet", made.Description)
	require.Nil(t, made.ContactID)
	require.True(t, made.Unread)
	require.Equal(t, []string{"leads.not_yet"}, w.Texts(made))
	require.Equal(t, task.Internal, w.Comments(made)[0].Visibility)
	require.Empty(t, contacts(t, w))
	require.Equal(t, inbound.Waiting, w.Events()[0].State)
	require.Nil(t, w.Events()[0].WaitingUntil)
	require.Equal(t, made.ID, *w.Events()[0].TaskID)

	title := "Call her"
	_, err := w.Tasks.Update(w.Ctx(), w.Owner, made.ID, task.Change{Title: &title})
	require.NoError(t, err)
	w.Fake.Enter(l)
	w.Clock.Add(time.Minute)
	answered(w)
	filled := w.OneTask()
	require.Equal(t, made.ID, filled.ID, "it is filled in place")
	require.Equal(t, "Call her", filled.Title, "what a person wrote stays")
	require.Equal(t, "Your full_name: Anna Berg\nYour email: anna@berg.example", filled.Description)
	require.Equal(t, "Spring", filled.Fields["campaign"])
	require.Equal(t, "Anna Berg", contacts(t, w)[0].Name)
	require.Equal(t, contacts(t, w)[0].ID, *filled.ContactID)
	require.Len(t, w.Comments(filled), 2)
	require.Equal(t, "answers", ruleOf(t, w, filled, "refill")["outcome"])
	require.Equal(t, inbound.Processed, w.Events()[0].State)
}

func TestARefusalIsSaidAtOnceAndMended(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.RefuseLeads(&channel.Failure{Class: channel.Rejected, Reason: "leads.access_manager", Message: "CRM access has been revoked"})
	l := w.Lead("lead-1", "form-1", "email", "anna@berg.example")
	w.Hear(domaintest.Submitted(l))
	answered(w)
	made := w.OneTask()
	require.Equal(t, "Lead lead-1: answers not yet readable", made.Title)
	require.Equal(t, "leads.access_manager", made.Description)
	shown, _ := w.Comments(made)[0].Details["lead"].(map[string]any)
	require.Equal(t, "CRM access has been revoked", shown["problem"].(map[string]any)["message"])
	c, err := w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	require.Equal(t, channel.On, c.State, "messages are not touched by that")
	finding := c.Health.Findings[len(c.Health.Findings)-1]
	require.Equal(t, "leads.access_manager", finding.Code)
	require.Equal(t, channel.LeadsArea, finding.Area)

	w.Clock.Add(time.Second)
	answered(w)
	require.Equal(t, 1, w.Fake.LeadCalls(), "what a person has to change is not asked every second")

	w.Fake.RefuseLeads(nil)
	w.Fake.Enter(l)
	require.NoError(t, w.Leads.Schedule(w.Ctx()))
	w.Fetch(lead.SyncQueue)
	answered(w)
	require.Equal(t, "Lead: anna@berg.example", w.OneTask().Title)
	c, err = w.Channels.Get(w.Ctx(), w.Account.ID, w.Channel.ID)
	require.NoError(t, err)
	for _, f := range c.Health.Findings {
		require.NotEqual(t, "leads.access_manager", f.Code)
	}
}

func TestAnswersThatNeverComeAreGivenUp(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Hear(domaintest.Submitted(w.Lead("lead-1", "form-1")))
	w.Clock.Add(6 * time.Second)
	w.Fetch(inbound.WaitQueue)
	answered(w)
	require.Equal(t, inbound.Waiting, w.Events()[0].State)
	w.Clock.Add(91 * 24 * time.Hour)
	answered(w)
	require.Equal(t, inbound.Processed, w.Events()[0].State)
	require.Equal(t, "answers_unreadable", w.Events()[0].Reason)
	require.Equal(t, "leads.unreadable", w.OneTask().Description)
}

func TestLeadsFindTheirContacts(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	name, mail, phone := "Anna", []string{"anna@berg.example"}, []string{"+4915123456789"}
	anna, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name, Emails: &mail})
	require.NoError(t, err)
	name = "Ben"
	ben, err := w.Contacts.Create(w.Ctx(), w.Owner, contact.Draft{Name: &name, Phones: &phone})
	require.NoError(t, err)
	enter := func(id string, answers ...string) lead.Lead {
		l := w.Lead(id, "", answers...)
		w.Fake.Enter(l)
		w.Hear(domaintest.Submitted(l))
		answered(w)
		list := w.AllTasks()
		for _, x := range list {
			leads, err := w.Leads.Of(w.Ctx(), w.Account.ID, x.ID)
			require.NoError(t, err)
			if leads[0].ExternalID == id {
				return leads[0]
			}
		}
		t.Fatalf("no task of %s", id)
		return lead.Lead{}
	}
	require.Equal(t, anna.ID, *enter("1", "email", " ANNA@berg.example ", "full_name", "Somebody else").ContactID)
	require.Equal(t, ben.ID, *enter("2", "phone_number", "0151/234 567 89", "email", "ben@new.example").ContactID)
	require.Equal(t, anna.ID, *enter("3", "phone_number", "+49 151 23456789", "email", "anna@berg.example").ContactID, "the e-mail decides")
	require.Equal(t, ben.ID, *enter("4", "email", "ben@new.example").ContactID, "by what an earlier lead said")
	made := *enter("5", "full_name", "Nobody").ContactID
	require.NotEqual(t, made, *enter("6", "full_name", "Nobody").ContactID, "a name is no key")

	c, err := w.Contacts.Get(w.Ctx(), w.Account.ID, anna.ID)
	require.NoError(t, err)
	require.Equal(t, "Anna", c.Name, "what was there stays")
	require.Equal(t, []string{"+4915123456789"}, c.Phones, "what was not is added")
	c, err = w.Contacts.Get(w.Ctx(), w.Account.ID, ben.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"ben@new.example"}, c.Emails)
	require.Len(t, contacts(t, w), 4)
}

// Many leads of one person at once, on several channels, by many workers: one contact.
func TestLeadsOfOnePersonAtOnceMakeOneContact(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	const n = 8
	b := inbound.Batch{Door: "fake"}
	for i := range n {
		page := fmt.Sprintf("page-%d", i+2)
		w.Connect(w.Owner, page)
		l := w.Lead(fmt.Sprintf("lead-%d", i), "", "full_name", "Anna Berg", "email", "anna@berg.example", "phone_number", "0151 23456789")
		w.Fake.Enter(l)
		r := w.Routed(domaintest.Submitted(l))
		r.ExternalIDs = []string{page}
		b.Routed = append(b.Routed, r)
	}
	require.NoError(t, w.Inbound.Accept(w.Ctx(), b))
	w.Process()
	w.Fetch(lead.FetchQueue)
	start := make(chan struct{})
	var wg sync.WaitGroup
	failed := make(chan error, n)
	for range n {
		wg.Go(func() {
			<-start
			for {
				done, err := w.Inbound.Process(w.Ctx())
				if err != nil {
					failed <- err
				}
				if done == 0 || err != nil {
					return
				}
			}
		})
	}
	close(start)
	wg.Wait()
	close(failed)
	require.NoError(t, <-failed)
	w.Process()
	require.Len(t, contacts(t, w), 1)
	list := w.AllTasks()
	require.Len(t, list, n)
	for _, x := range list {
		require.Equal(t, list[0].ContactID, x.ContactID)
	}
}

func TestManyLeadsTakeAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Fake.Forms(domaintest.Form("form-1", "Test ride", "full_name", "email"))
	count := func(n int, form string) int {
		var told []channel.Inbound
		for i := range n {
			l := w.Lead(fmt.Sprintf("%s-%d-%d", form, n, i), form, "full_name", "P", "email", fmt.Sprintf("%s%d-%d@x.example", form, n, i))
			w.Fake.Enter(l)
			told = append(told, domaintest.Submitted(l))
		}
		w.Hear(told...)
		w.Fetch(lead.FetchQueue)
		return len(w.Statements(func() {
			_, err := w.Inbound.Process(w.Ctx())
			require.NoError(t, err)
		}))
	}
	one := count(1, "form-1")
	require.LessOrEqual(t, count(20, "form-1"), one) // the first one also takes a block of task numbers
	require.LessOrEqual(t, count(20, ""), one, "and those of no form")
}

func TestALeadInAConversationContinuesIt(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	inChat := func(person string, automatic bool) channel.Inbound {
		return channel.Inbound{
			Action: channel.Submit, OccurredAt: w.Clock.Now(), Person: channel.Person{ExternalID: person}, Transport: "fake", Opens: "message",
			ExternalID: map[bool]string{true: "m-" + person}[automatic],
			Lead: &channel.Lead{SubmittedAt: w.Clock.Now(), Automatic: automatic, AdName: "Red bike", Answers: []channel.LeadAnswer{
				{Key: "Your name?", Question: "Your name?", Values: []string{"Anna"}},
			}},
		}
	}
	w.Hear(inChat("anna", false), inChat("anna", true))
	made := w.OneTask()
	require.Equal(t, "Lead", made.Title)
	require.NotNil(t, made.ConversationID)
	comments := w.Comments(made)
	require.Len(t, comments, 2)
	for _, c := range comments {
		want := account.Contact
		if c.ExternalID != nil {
			want = account.System
			require.Equal(t, task.Internal, c.Visibility, "the person typed none of it")
		}
		require.Equal(t, want, c.AuthorKind)
		require.Equal(t, "Your name? Anna", c.Text)
	}
	require.Len(t, contacts(t, w), 1)
	people, err := w.Contacts.Identities(w.Ctx(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	require.Nil(t, people[*made.ContactID][0].LastMessageAt, "nobody has written")
	require.NotNil(t, people[*made.ContactID][0].WindowUntil, "and may be written to")
	w.Answer(made, "Hello Anna")
	require.Equal(t, 1, w.Deliver())

	w.Hear(w.Says("anna", "and another thing"))
	require.Len(t, w.Comments(w.OneTask()), 4, "the conversation goes on in the lead's task")

	w.Hear(w.Says("ben", "hello"))
	w.Clock.Add(time.Minute)
	w.Hear(inChat("ben", false))
	require.Len(t, w.AllTasks(), 2, "and a lead in the conversation's")
}

func TestLeadsThatAreNotWanted(t *testing.T) {
	t.Parallel()
	w := domaintest.New(t)
	w.Settings(func(s *channel.Settings) { s.Leads = false })
	l := w.Lead("lead-1", "form-1", "email", "anna@berg.example")
	w.Hear(domaintest.Submitted(l))
	require.Equal(t, inbound.Ignored, w.Events()[0].State)
	require.Equal(t, "leads_off", w.Events()[0].Reason)

	w.Settings(func(s *channel.Settings) { s.Leads = true })
	w.Fake.Enter(l)
	_, err := w.Inbound.Replay(w.Ctx(), w.Owner, inbound.Filter{State: inbound.Ignored})
	require.NoError(t, err)
	w.Process()
	answered(w)
	require.Len(t, w.AllTasks(), 1)

	w.Switch(false)
	held := w.Lead("lead-2", "form-1", "email", "ben@berg.example")
	w.Fake.Enter(held)
	w.Hear(domaintest.Submitted(held))
	require.Equal(t, inbound.Held, w.Events()[1].State)
	w.Switch(true)
	_, err = w.Inbound.Import(w.Ctx(), w.Owner, w.Channel.ID)
	require.NoError(t, err)
	w.Process()
	answered(w)
	require.Len(t, w.AllTasks(), 2)
}
