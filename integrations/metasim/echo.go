package metasim

import "time"

// echo tells the app about a message that left the page. The lock is held.
func (s *Sim) echo(m *message) *delivery {
	part := &messagePart{
		IsEcho: true, AppID: appNumber(m.appID), Metadata: m.metadata, MID: m.mid, Text: m.text,
	}
	if m.replyTo != "" {
		answered := s.messages[m.replyTo]
		part.ReplyTo = &replyTo{MID: m.replyTo, Self: answered != nil && answered.fromPage}
	}
	for _, a := range m.attachments {
		part.Attachments = append(part.Attachments, s.attachmentPart(a))
	}
	if m.template != nil {
		part.Attachments = append(part.Attachments, attachmentPart{Type: "template", Payload: m.template.raw})
	}
	return s.tell(m.thread, "message_echoes", m.thread.fromPage(element{Timestamp: m.at.UnixMilli(), Message: part}), nil)
}

// receipt tells the app that a message reached the person's phone. The lock is held.
func (s *Sim) receipt(m *message) {
	if m.thread.page.NoDeliveries {
		return
	}
	mark := &watermark{MIDs: []string{m.mid}, Watermark: m.at.UnixMilli()}
	s.tell(m.thread, "message_deliveries", m.thread.fromPerson(element{Delivery: mark}), nil)
}

// announce sends echo and receipt of an accepted send in the page's way. It returns what is left to do once the answer
// has gone out. The echo that comes before the answer has been tried when announce returns. The lock is not held.
func (s *Sim) announce(m *message) (afterAnswer func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.announceAs(m.thread.page, func() *delivery { return s.echo(m) }, func() { s.receipt(m) })
}

// announceAs is announce of whatever echo and receipt are. The lock is held.
func (s *Sim) announceAs(p *page, echo func() *delivery, receipt func()) (afterAnswer func()) {
	if p.Echo == EchoBefore {
		s.awaitTry(echo())
		receipt()
		return func() {}
	}
	s.webhooks.owed++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.webhooks.owed--
		switch p.Echo {
		case EchoNever:
		case EchoTwice:
			echo()
			echo()
		case EchoDelayed:
			due := s.clock.Now().Add(time.Duration(p.EchoDelayMS) * time.Millisecond)
			s.timers.at(due, func() { echo() })
		default:
			echo()
		}
		receipt()
		s.touch()
	}
}

// awaitTry waits for the first attempt of a delivery, unless it is held or goes nowhere. The lock is held, and given
// back while waiting.
func (s *Sim) awaitTry(d *delivery) {
	if d.log.State != StateQueued || s.webhooks.settings.Hold || len(d.tried) == 0 {
		return
	}
	tried := d.tried[0]
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-tried:
	case <-time.After(s.timeout):
	case <-s.ctx.Done():
	}
}
