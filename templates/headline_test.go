package templates

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeadline(t *testing.T) {
	t.Parallel()
	file := func(kind string) MessageScope { return MessageScope{AttachmentCount: 1, FirstAttachmentType: kind} }
	lead := LeadScope{ID: "1"}
	for name, c := range map[string]struct {
		scope  Scope
		en, de string
	}{
		"subject_before_text": {Scope{Mail: MailScope{Subject: "Bill\r\n 4711"}, Message: MessageScope{Text: "Hello"}}, "Bill 4711", "Bill 4711"},
		"first_line":          {Scope{Message: MessageScope{Text: "\n Is it there? \nThanks!"}}, "Is it there?", "Is it there?"},
		"text_before_picture": {Scope{Message: MessageScope{Text: "Look", FirstAttachmentType: "image"}}, "Look", "Look"},
		"button":              {Scope{Message: MessageScope{Button: "Opening hours"}}, "Opening hours", "Opening hours"},
		"picture":             {Scope{Message: file("image")}, "Picture", "Bild"},
		"voice_message":       {Scope{Message: file("audio")}, "Voice message", "Sprachnachricht"},
		"share":               {Scope{Message: file("link")}, "Shared link", "Geteilter Link"},
		"type_nobody_knows":   {Scope{Message: file("hologram")}, "Message", "Nachricht"},
		"nothing_in_it":       {Scope{Message: MessageScope{Transport: "messenger"}}, "Message", "Nachricht"},
		"lead_by_its_form":    {Scope{Lead: LeadScope{ID: "1", FormName: "Test ride"}}, "Test ride", "Test ride"},
		"lead":                {Scope{Lead: lead, Message: MessageScope{Transport: "lead_ad"}}, "Lead form", "Lead-Formular"},
		"lead_in_a_chat":      {Scope{Lead: LeadScope{Answers: []Answer{{Key: "a", Value: "b"}}}}, "Lead form", "Lead-Formular"},
		"nothing_came":        {Scope{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for language, want := range map[string]string{"en": c.en, "de": c.de, "": c.en, "xx": c.en} {
				c.scope.Account.Language = language
				require.Equal(t, want, rendered(t, "{{ message.headline }}", c.scope), language)
			}
		})
	}
}

func TestWordsForWhatCame(t *testing.T) {
	t.Parallel()
	languages, err := PresetLanguages()
	require.NoError(t, err)
	all := readWords()
	require.Equal(t, languages, slices.Sorted(maps.Keys(all)))
	for language, words := range all {
		require.Equal(t, slices.Sorted(maps.Keys(all["en"])), slices.Sorted(maps.Keys(words)), language)
		require.NotContains(t, slices.Collect(maps.Values(words)), "", language)
	}
}
