package domaintest

import (
	"context"

	"kontor/domain/channel"
	"kontor/domain/inbound"
)

// Post gives the platform a post.
func (f *Fake) Post(id string, p channel.Post) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts[id] = p
}

// FetchPost returns what Post said; what it did not say may not be read.
func (f *Fake) FetchPost(_ context.Context, _ channel.Access, id string) (channel.Post, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.posts[id]
	if !ok {
		return p, &channel.Failure{Class: channel.Rejected, Reason: "delivery.object_missing"}
	}
	return p, nil
}

// Author says whom a private reply to a comment reaches.
func (f *Fake) Author(comment, person string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.authors[comment] = person
}

// Stand says how a comment stands with the platform.
func (f *Fake) Stand(comment string, s channel.Standing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.standing[comment] = s
}

// Trouble makes the next n moderations fail so that they can be tried again.
func (f *Fake) Trouble(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trouble = n
}

// Standing returns how the comment stands: everything may be done with it, unless Stand said otherwise.
func (f *Fake) Standing(_ context.Context, _ channel.Access, comment string) (channel.Standing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.standing[comment]; ok {
		return s, nil
	}
	return channel.Standing{CanLike: true, CanHide: true, CanDelete: true, CanReply: true, CanReplyPrivate: true}, nil
}

// Moderate does it.
func (f *Fake) Moderate(ctx context.Context, a channel.Access, comment string, do channel.Moderation) error {
	s, err := f.Standing(ctx, a, comment)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.trouble--; f.trouble >= 0 {
		return &channel.Failure{Class: channel.Temporary, Reason: "delivery.platform_trouble"}
	}
	switch do {
	case channel.Like, channel.Unlike:
		s.Liked = do == channel.Like
	case channel.Hide, channel.Unhide:
		s.Hidden = do == channel.Hide
	case channel.Delete:
	}
	f.standing[comment] = s
	return err
}

// Comments switches the world's channel to taking comments, with the given scope.
func (w *World) TakeComments(scope channel.CommentScope) {
	w.T.Helper()
	w.Settings(func(s *channel.Settings) { s.Comments, s.CommentScope = true, scope })
}

// Remarks is a comment of a person under a post, now. Without a parent it answers the post.
func (w *World) Remarks(person, post, parent, text string) channel.Inbound {
	in := w.Says(person, text)
	in.Transport, in.Opens = "comment", ""
	in.Person.Name = person
	in.Place = &channel.Place{Post: post, Parent: parent}
	return in
}

// OwnRemark is a comment of the page itself.
func (w *World) OwnRemark(post, parent, text string) channel.Inbound {
	in := w.Remarks("", post, parent, text)
	in.Action = channel.Echo
	return in
}

// Outcomes returns what became of the account's events, as state and reason, the first one first.
func (w *World) Outcomes() []string {
	w.T.Helper()
	var out []string
	for _, e := range w.Events() {
		out = append(out, outcome(e))
	}
	return out
}

func outcome(e inbound.Event) string {
	if e.Reason == "" {
		return string(e.State)
	}
	return string(e.State) + ":" + e.Reason
}
