package metasim

import (
	"context"
	"net/http"
)

// controlHandler lists the control API. Each door is one method of Sim; the README documents them in this order.
func (s *Sim) controlHandler() http.Handler {
	mux := http.NewServeMux()
	s.routeWorld(mux)
	s.routeActs(mux)
	s.routeLeads(mux)
	s.routeUsers(mux)
	s.routePlatform(mux)
	s.routeWebhooks(mux)
	s.routeFaults(mux)
	s.routeBooks(mux)
	return mux
}

// routeWorld is what there is: the app, pages, people, time.
func (s *Sim) routeWorld(mux *http.ServeMux) {
	mux.HandleFunc("GET /control/state", func(w http.ResponseWriter, r *http.Request) {
		reply(w, s.State(r.FormValue("page"), r.FormValue("person")), nil)
	})
	mux.HandleFunc("GET /control/stream", s.serveStream)
	mux.HandleFunc("POST /control/advance", act(s.advance))
	mux.HandleFunc("PATCH /control/app", s.patchApp)
	mux.HandleFunc("POST /control/pages", act(s.AddPage))
	mux.HandleFunc("PATCH /control/pages/{page}", patch(func(r *http.Request, change func(*Page)) (Page, error) {
		return s.ChangePage(r.PathValue("page"), change)
	}))
	mux.HandleFunc("POST /control/people", act(s.AddPerson))
	mux.HandleFunc("PATCH /control/people/{person}", patch(func(r *http.Request, change func(*Person)) (Person, error) {
		return s.ChangePerson(r.PathValue("person"), change)
	}))
	mux.HandleFunc("POST /control/posts", act(s.AddPost))
	mux.HandleFunc("POST /control/templates", act(s.AddTemplate))
	mux.HandleFunc("PATCH /control/threads/{page}/{person}", patch(
		func(r *http.Request, change func(*Thread)) (Thread, error) {
			return s.ChangeThread(r.PathValue("page"), r.PathValue("person"), change)
		}))
}

// routeActs is what a person does.
func (s *Sim) routeActs(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/files", s.postFile)
	mux.HandleFunc("POST /control/write", act(s.Write))
	mux.HandleFunc("POST /control/edit", act(s.Edit))
	mux.HandleFunc("POST /control/unsend", act(func(m mid) (Message, error) { return s.Unsend(m.MID) }))
	mux.HandleFunc("POST /control/react", act(s.React))
	mux.HandleFunc("POST /control/tap", act(s.Tap))
	mux.HandleFunc("POST /control/arrive", act(s.Arrive))
	mux.HandleFunc("POST /control/read", act(s.Read))
	mux.HandleFunc("POST /control/comment", act(s.Comment))
	mux.HandleFunc("POST /control/comment-change", act(s.ChangeComment))
	mux.HandleFunc("POST /control/comment-remove", act(func(c commentID) (Comment, error) { return s.RemoveComment(c.ID) }))
	mux.HandleFunc("POST /control/post-react", act(s.ReactToPost))
	mux.HandleFunc("POST /control/mention", act(s.Mention))
}

// routeLeads is the forms of ads and what is entered into them.
func (s *Sim) routeLeads(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/forms", act(s.AddForm))
	mux.HandleFunc("PATCH /control/forms/{form}", patch(func(r *http.Request, change func(*LeadForm)) (LeadForm, error) {
		return s.ChangeForm(r.PathValue("form"), change)
	}))
	mux.HandleFunc("POST /control/leads", act(s.SubmitLead))
	mux.HandleFunc("POST /control/leads/show", act(func(l leadID) (Lead, error) { return s.ShowLead(l.ID) }))
	mux.HandleFunc("POST /control/chat-leads", act(s.AnswerLead))
}

// routeUsers is what those do who manage pages.
func (s *Sim) routeUsers(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/users", act(s.AddUser))
	mux.HandleFunc("PATCH /control/users/{user}", patch(func(r *http.Request, change func(*User)) (User, error) {
		return s.ChangeUser(r.PathValue("user"), change)
	}))
	mux.HandleFunc("POST /control/login", act(s.Login))
	mux.HandleFunc("POST /control/log-out", act(func(u userID) (User, error) { return s.LogOut(u.User) }))
	mux.HandleFunc("POST /control/deauthorize", wait(s.Deauthorize))
	mux.HandleFunc("POST /control/delete-data", wait(s.DeleteData))
}

// routePlatform is what the platform does by itself.
func (s *Sim) routePlatform(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/inbox", act(s.AnswerInInbox))
	mux.HandleFunc("POST /control/emit", act(s.Emit))
	mux.HandleFunc("POST /control/post", wait(s.Post))
	mux.HandleFunc("POST /control/dashboard-test", wait(func(ctx context.Context, t testShape) (RawAnswer, error) {
		return s.DashboardTest(ctx, t.Shape)
	}))
	mux.HandleFunc("POST /control/handshake", wait(func(ctx context.Context, h handshake) (success, error) {
		return success{true}, s.Handshake(ctx, h.VerifyToken)
	}))
}

// routeWebhooks is how updates are delivered.
func (s *Sim) routeWebhooks(mux *http.ServeMux) {
	mux.HandleFunc("PATCH /control/webhooks", patch(func(_ *http.Request, change func(*Webhooks)) (WebhookState, error) {
		return s.ChangeWebhooks(change), nil
	}))
	mux.HandleFunc("POST /control/release", act(s.Release))
	mux.HandleFunc("POST /control/retry", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]int{"retried": s.RetryNow()}, nil)
	})
	mux.HandleFunc("POST /control/redeliver", act(func(d deliveryID) (Delivery, error) { return s.Redeliver(d.ID) }))
	mux.HandleFunc("POST /control/flush", func(w http.ResponseWriter, r *http.Request) {
		reply(w, success{true}, s.Flush(r.Context()))
	})
}

// routeFaults is what goes wrong.
func (s *Sim) routeFaults(mux *http.ServeMux) {
	mux.HandleFunc("GET /control/faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Faults(), nil) })
	mux.HandleFunc("POST /control/faults", act(s.AddFault))
	mux.HandleFunc("DELETE /control/faults", s.deleteFaults)
	mux.HandleFunc("DELETE /control/faults/{id}", s.deleteFaults)
	mux.HandleFunc("GET /control/errors", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Errors(), nil) })
}

// routeBooks is what happened.
func (s *Sim) routeBooks(mux *http.ServeMux) {
	mux.HandleFunc("GET /control/ledger", s.getLedger)
	mux.HandleFunc("GET /control/doubles", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Doubles(), nil) })
	mux.HandleFunc("GET /control/deliveries", func(w http.ResponseWriter, r *http.Request) {
		reply(w, s.Deliveries(number(r, "limit")), nil)
	})
	mux.HandleFunc("GET /control/calls", func(w http.ResponseWriter, r *http.Request) {
		reply(w, s.Calls(number(r, "limit")), nil)
	})
}
