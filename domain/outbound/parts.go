package outbound

import (
	"context"
	"strings"
	"unicode"

	"kontor/domain/account"
	"kontor/domain/channel"
	"kontor/domain/conversation"
	"kontor/domain/ids"
)

// Parts are the messages that a text becomes which is too long for one of a limit, in characters; 0 is none. It is cut
// where a paragraph ends, else a line or a sentence, else between words, and within a word only when there is nothing else.
// It is a pure function.
func Parts(text string, limit int) []string {
	rest := []rune(strings.TrimSpace(text))
	var parts []string
	for limit > 0 && len(rest) > limit {
		at := cut(rest, limit)
		parts = append(parts, strings.TrimRightFunc(string(rest[:at]), unicode.IsSpace))
		for at < len(rest) && unicode.IsSpace(rest[at]) {
			at++
		}
		rest = rest[at:]
	}
	if len(rest) > 0 {
		parts = append(parts, string(rest))
	}
	return parts
}

// cut returns where the first part of a text ends, at most limit characters from its beginning. The better a border, the
// shorter a part may be for it.
func cut(text []rune, limit int) int {
	for _, border := range []struct {
		least int
		is    func(text []rune, at int) bool
	}{
		{limit / 3, paragraphEnds},
		{limit / 3, func(text []rune, at int) bool { return text[at] == '\n' || sentenceEnds(text, at) }},
		{1, func(text []rune, at int) bool { return unicode.IsSpace(text[at]) }},
		{limit / 2, func(text []rune, at int) bool { return !joined(text, at) }},
	} {
		for at := limit; at >= max(border.least, 1); at-- {
			if border.is(text, at) {
				return at
			}
		}
	}
	return limit
}

func paragraphEnds(text []rune, at int) bool {
	return text[at] == '\n' && at+1 < len(text) && text[at+1] == '\n'
}

// sentenceEnds tells whether a full stop or the like, and what closes after it, stands right before.
func sentenceEnds(text []rune, at int) bool {
	i := at - 1
	for i > 0 && strings.ContainsRune(`"'”“’»«)`, text[i]) {
		i--
	}
	if strings.ContainsRune("。！？", text[i]) {
		return true
	}
	return unicode.IsSpace(text[at]) && strings.ContainsRune(".!?…", text[i])
}

// joined tells whether a character belongs to the one before it: an accent, a skin colour, part of an emoji or of a flag.
func joined(text []rune, at int) bool {
	const joiner = '\u200d'
	r, before := text[at], text[at-1]
	flag := func(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
	return unicode.Is(unicode.M, r) || r == joiner || before == joiner || r >= 0x1F3FB && r <= 0x1F3FF || flag(r) && flag(before)
}

// PartsIn are the messages that a text becomes in a conversation, with the limit there. What is written under a post is
// never more than one.
func (s *Service) PartsIn(ctx context.Context, a account.ID, conversationID ids.ID, text string) (parts []string, limit int, err error) {
	conv, err := s.Conversations.Get(ctx, a, conversationID)
	if err != nil {
		return nil, 0, err
	}
	c, err := s.Channels.Get(ctx, a, conv.ChannelID)
	if err != nil {
		return nil, 0, err
	}
	adapter, err := s.Channels.Registry.Of(c.Kind)
	if err != nil {
		return nil, 0, err
	}
	mode := channel.Direct
	if conv.Type == conversation.OfAPost {
		mode = channel.Answer
	}
	can, _ := adapter.Describe().Capabilities.Manner(mode)
	if mode != channel.Direct {
		return Parts(text, 0), can.TextLimit, nil
	}
	return Parts(text, can.TextLimit), can.TextLimit, nil
}
