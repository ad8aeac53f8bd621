package deliverytest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/errs"
	"kontor/domain/outbound"
	"kontor/domain/task"
	"kontor/integrations/metasim"
)

// template gives the page a template.
func (w *world) template(t metasim.UtilityTemplate) {
	w.T.Helper()
	_, err := w.sim.AddTemplate(metasim.TemplateOf{Page: w.page.ID, UtilityTemplate: t})
	require.NoError(w.T, err)
}

func body(text string) []metasim.TemplateComponent {
	return []metasim.TemplateComponent{{Type: "BODY", Text: text}}
}

func (w *world) templates(fresh bool) []outbound.Template {
	w.T.Helper()
	list, err := w.Outbound.Templates(w.Ctx(), w.Owner, w.Channel.ID, fresh)
	require.NoError(w.T, err)
	return list
}

// byTemplate writes with a template.
func (w *world) byTemplate(by account.Actor, to task.Task, name string, values map[string]string) (task.Comment, error) {
	return w.Tasks.AddComment(w.Ctx(), by, to.ID, task.NewComment{
		Visibility: task.Public, Mode: channel.FromTemplate,
		Template: &outbound.TemplateUse{Name: name, Language: "en", Values: values},
	})
}

// What the platform has approved goes when nothing else may, written by people and by programs.
func TestATemplateGoesAfterTheWindow(t *testing.T) {
	t.Parallel()
	w := play(t)
	w.template(metasim.UtilityTemplate{Name: "order_update", Components: body("Your order {{1}} is now {{2}}.")})
	w.template(metasim.UtilityTemplate{Name: "waiting", Status: "PENDING", Components: body("Hello")})
	w.template(metasim.UtilityTemplate{Name: "visit", Format: "NAMED", Components: []metasim.TemplateComponent{
		{Type: "HEADER", Format: "TEXT", Text: "{{what}} on {{day}}"}, {Type: "BODY", Text: "We look forward to seeing you, {{who}}."},
		{Type: "BUTTONS", Buttons: []metasim.Button{{Type: "URL", Title: "Change", URL: "https://muster.example/{{1}}"}}},
	}})
	_, anna := w.hears("anna")
	list := w.templates(false)
	require.Len(t, list, 3)
	require.Equal(t, "order_update", list[0].Name)
	require.Equal(t, []string{"body.1", "body.2"}, list[0].Definition.Keys())
	require.Equal(t, []string{"header.what", "header.day", "body.who", "button.0"}, list[1].Definition.Keys())
	require.Equal(t, "pending", list[2].Definition.State)

	w.Clock.Add(30 * 24 * time.Hour)
	late := w.Answer(anna, "too late")
	require.Equal(t, outbound.Refused, w.state(late))
	bot := w.Owner
	bot.Kind = account.Bot
	for _, by := range []account.Actor{w.Owner, bot} {
		c, err := w.byTemplate(by, anna, "order_update", map[string]string{"body.1": "7", "body.2": "on its way"})
		require.NoError(t, err)
		require.Equal(t, "Your order 7 is now on its way.", c.Text)
		w.Deliver()
		m := w.Message(c)
		require.Equal(t, outbound.Sent, m.State)
		require.Equal(t, "utility", m.Decision.As)
	}
	c, err := w.byTemplate(w.Owner, anna, "visit", map[string]string{
		"header.what": "Fitting", "header.day": "Monday", "body.who": "Anna", "button.0": "42",
	})
	require.NoError(t, err)
	require.Equal(t, "Fitting on Monday\nWe look forward to seeing you, Anna.", c.Text)
	w.Deliver()
	require.Equal(t, outbound.Sent, w.state(c))
	sent := w.sim.Ledger(metasim.LedgerQuery{Page: w.page.ID})
	require.Len(t, sent, 3)
	for _, a := range sent {
		require.Equal(t, "UTILITY", a.MessagingType)
		require.False(t, a.Window)
	}
	require.Equal(t, "Your order 7 is now on its way.", sent[0].Text)
	w.settle()
	require.Len(t, w.Comments(anna), 5, "the echoes are no comments of their own")
}

func TestTemplatesThatDoNotFit(t *testing.T) {
	t.Parallel()
	w := play(t)
	w.template(metasim.UtilityTemplate{Name: "order_update", Components: body("Your order {{1}} is now {{2}}.")})
	w.template(metasim.UtilityTemplate{Name: "waiting", Status: "PENDING", Components: body("Hello")})
	_, anna := w.hears("anna")
	w.templates(false)
	right := map[string]string{"body.1": "7", "body.2": "x"}
	for name, c := range map[string]struct {
		template string
		values   map[string]string
		code     string
	}{
		"a_value_missing": {"order_update", map[string]string{"body.1": "7"}, "input.required"},
		"a_value_empty":   {"order_update", map[string]string{"body.1": "7", "body.2": " "}, "input.required"},
		"one_too_many":    {"order_update", map[string]string{"body.1": "7", "body.2": "x", "body.3": "y"}, "input.unknown"},
		"no_template":     {"other", nil, "template.unknown_message"},
		"not_approved":    {"waiting", nil, "template.not_approved"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.byTemplate(w.Owner, anna, c.template, c.values)
			require.Equal(t, errs.Invalid, errs.KindOf(err))
			require.ErrorContains(t, err, c.code)
		})
	}
	_, err := w.Tasks.AddComment(w.Ctx(), w.Owner, anna.ID, task.NewComment{
		Visibility: task.Internal, Mode: channel.FromTemplate, Template: &outbound.TemplateUse{Name: "order_update", Language: "en", Values: right},
	})
	require.ErrorContains(t, err, "template.mode")

	t.Run("the_platform_changed_its_mind", func(t *testing.T) {
		w.template(metasim.UtilityTemplate{Name: "order_update", Status: "PAUSED", Components: body("Your order {{1}} is now {{2}}.")})
		c, err := w.byTemplate(w.Owner, anna, "order_update", right)
		require.NoError(t, err, "nobody knows yet")
		w.Deliver()
		require.Equal(t, outbound.Failed, w.state(c))
		require.Equal(t, "delivery.template_refused", w.Message(c).Failure.Reason)
		require.Equal(t, "order_update", w.templates(false)[0].Name)
		require.Equal(t, "paused", w.templates(true)[0].Definition.State)
	})
	t.Run("the_permission_is_missing", func(t *testing.T) {
		w.template(metasim.UtilityTemplate{Name: "order_update", Components: body("Your order {{1}} is now {{2}}.")})
		w.templates(true)
		_, err := w.sim.ChangePage(w.page.ID, func(p *metasim.Page) { p.NoUtility = true })
		require.NoError(t, err)
		c, err := w.byTemplate(w.Owner, anna, "order_update", right)
		require.NoError(t, err)
		w.Deliver()
		require.Equal(t, outbound.Failed, w.state(c))
		require.Equal(t, "delivery.no_utility", w.Message(c).Failure.Reason)
		require.Equal(t, channel.On, w.channelNow().State, "the page goes on without it")
		_, err = w.Outbound.Templates(w.Ctx(), w.Owner, w.Channel.ID, true)
		require.True(t, errs.Is(err, "delivery.no_utility"))
	})
}

// A template whose answer was lost is found in the conversation, as a text or as a card.
func TestLostAnswersToTemplates(t *testing.T) {
	t.Parallel()
	for name, components := range map[string][]metasim.TemplateComponent{
		"text": body("Your order {{1}} is on its way."),
		"card": {{Type: "HEADER", Text: "Order"}, {Type: "BODY", Text: "Your order {{1}} is on its way."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := play(t)
			_, err := w.sim.ChangePage(w.page.ID, func(p *metasim.Page) { p.Echo = metasim.EchoNever })
			require.NoError(t, err)
			w.template(metasim.UtilityTemplate{Name: "order_update", Components: components})
			_, anna := w.hears("anna")
			w.templates(false)
			w.fault(metasim.Fault{Answer: metasim.AnswerDrop, Accept: true})
			c, err := w.byTemplate(w.Owner, anna, "order_update", map[string]string{"body.1": "7"})
			require.NoError(t, err)
			w.Deliver()
			require.Equal(t, outbound.Unconfirmed, w.state(c))
			w.Clock.Add(21 * time.Second)
			w.Deliver()
			require.Equal(t, outbound.Sent, w.state(c))
			require.Len(t, w.sim.Ledger(metasim.LedgerQuery{Page: w.page.ID}), 1)
		})
	}
}
