package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/domain/task"
	"kontor/integrations/metasim"
)

func (w *world) submit(in metasim.Submission, answers ...string) metasim.Lead {
	w.t.Helper()
	if in.Form == "" {
		in.Form = w.Form.ID
	}
	for i := 0; i+1 < len(answers); i += 2 {
		in.Answers = append(in.Answers, metasim.LeadAnswer{Name: answers[i], Values: []string{answers[i+1]}})
	}
	l, err := w.Sim.SubmitLead(in)
	require.NoError(w.t, err)
	return l
}

// A submitted form becomes a task with its answers, through the program itself and the simulated platform.
func TestALeadBecomesATask(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.submit(metasim.Submission{Campaign: "Spring"}, "full_name", "Anna Berg", "email", "Anna@Berg.example",
		"phone_number", "0151 23456789", "guests", "40")
	w.soon(func() bool { l := w.tasks(); return len(l) == 1 && len(w.comments(l[0])) == 1 }, "the lead becomes a task")
	made := w.tasks()[0]
	require.Equal(t, "Catering enquiry: Anna Berg", made.Title)
	require.Equal(t, "Spring", made.Fields["campaign"])
	require.True(t, made.Unread)
	said := w.comments(made)[0]
	require.Equal(t, "Full name: Anna Berg\nE-mail: Anna@Berg.example\nPhone: 0151 23456789\nHow many guests? 40", said.Text)
	require.Equal(t, task.Public, said.Visibility)
	require.Equal(t, "lead_ad", said.Transport)

	c, err := w.App.Services.Contacts.Get(t.Context(), w.Account.ID, *made.ContactID)
	require.NoError(t, err)
	require.Equal(t, "Anna Berg", c.Name)
	require.Equal(t, []string{"anna@berg.example"}, c.Emails)
	require.Equal(t, []string{"+4915123456789"}, c.Phones)
}
