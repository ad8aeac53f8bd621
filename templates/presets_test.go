package templates

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/*.golden from what the presets make")

func presets(t *testing.T, language string) map[string]Preset {
	t.Helper()
	list, err := Presets(language)
	require.NoError(t, err)
	byKey := map[string]Preset{}
	for _, p := range list {
		byKey[p.Key] = p
	}
	require.Len(t, byKey, len(list))
	return byKey
}

func TestPresets(t *testing.T) {
	t.Parallel()
	languages, err := PresetLanguages()
	require.NoError(t, err)
	require.Equal(t, []string{"de", "en"}, languages)
	for _, language := range languages {
		t.Run(language+"_is_sound", func(t *testing.T) {
			t.Parallel()
			for key, p := range presets(t, language) {
				require.Empty(t, p.Object.Validate(p.Statuses), key)
				require.Empty(t, p.Contact.Validate(), key)
				_, problems := CompilePattern(p.PendingTitle)
				require.Empty(t, problems, key)
				roundTrip(t, p)
			}
		})
		t.Run(language+"_has_the_standard_ones", func(t *testing.T) {
			t.Parallel()
			byKey := presets(t, language)
			for _, key := range []string{PresetClientDialog, PresetPostComments, PresetLead} {
				require.Contains(t, byKey, key)
			}
			require.NotEmpty(t, byKey[PresetLead].PendingTitle)
		})
		t.Run(language+"_is_built_like_the_others", func(t *testing.T) {
			t.Parallel()
			reference, err := Presets("en")
			require.NoError(t, err)
			list, err := Presets(language)
			require.NoError(t, err)
			require.Equal(t, skeleton(t, reference), skeleton(t, list))
		})
	}
	for _, unknown := range []string{"", "xx", "../presets/en", "en.yaml"} {
		t.Run(fmt.Sprintf("no_language_%q", unknown), func(t *testing.T) {
			t.Parallel()
			_, err := Presets(unknown)
			require.Error(t, err)
		})
	}
	t.Run("a_key_nobody_knows_is_an_error", func(t *testing.T) {
		t.Parallel()
		_, err := readPresets([]byte("- key: a\n  objekt: {}\n"))
		require.ErrorContains(t, err, "objekt")
	})
}

// skeleton is presets without their words: texts for people are replaced by whether there is one, and patterns by the
// variables they read.
func skeleton(t *testing.T, list []Preset) string {
	t.Helper()
	data, err := json.Marshal(list)
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(data, &tree))
	out, err := json.MarshalIndent(wordless(t, tree, ""), "", " ")
	require.NoError(t, err)
	return string(out)
}

func wordless(t *testing.T, v any, key string) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			v[k] = wordless(t, item, k)
		}
	case []any:
		for i, item := range v {
			v[i] = wordless(t, item, key)
		}
	case string:
		switch key {
		case "name", "label", "help", "group":
			return v != ""
		case "title", "description", "name_pattern", "pending_title":
			p, problems := CompilePattern(v)
			require.Empty(t, problems)
			return strings.Join(p.Variables(), " ")
		}
	}
	return v
}

// presetScopes are events as they really come, each for one preset.
func presetScopes() map[string]struct {
	preset  string
	pending bool
	scope   Scope
} {
	page := ChannelScope{Name: "Radhaus Berger", DisplayName: "Radhaus Berlin", Kind: "page"}
	base := Scope{Account: AccountScope{Name: "Radhaus Berger GmbH"}, Channel: page,
		Now: time.Date(2026, 11, 2, 9, 5, 0, 0, time.FixedZone("CET", 3600))}
	with := func(change func(*Scope)) Scope { s := base; change(&s); return s }
	answers := []Answer{
		{Key: "full_name", Question: "Vollständiger Name", Value: "Jörg Brandt"},
		{Key: "email", Question: "E-Mail", Value: "Joerg.Brandt@Example.com"},
		{Key: "phone_number", Question: "Telefonnummer", Value: "0171 2345678"},
		{Key: "company_name", Question: "Unternehmen", Value: "Brandt & Söhne"},
		{Key: "city", Question: "Ort", Value: "Köln"},
		{Key: "budget", Question: "Ihr Budget", Value: "2500"},
		{Key: "welches_rad_interessiert_sie?", Question: "Welches Rad interessiert Sie?", Value: "Lastenrad, E-Bike"},
		{Key: "message", Question: "Ihre Nachricht", Value: "Bitte rufen Sie mich an."},
	}
	return map[string]struct {
		preset  string
		pending bool
		scope   Scope
	}{
		"dialog_known_person": {PresetClientDialog, false, with(func(s *Scope) {
			s.Contact = ContactScope{Name: "Anna Lindner"}
			s.Profile = ProfileScope{Name: "Anna Lindner"}
			s.Message.Text = "Hallo, ist das rote Rad noch da?\nIch würde es am Samstag gern Probe fahren 🚲"
		})},
		"dialog_unknown_person": {PresetClientDialog, false, with(func(s *Scope) {
			s.Message.Text = "Guten Tag, ich habe vor zwei Wochen bei Ihnen ein Lastenrad bestellt und bis heute keine Antwort bekommen."
		})},
		"dialog_picture": {PresetClientDialog, false, with(func(s *Scope) {
			s.Contact = ContactScope{Name: "Tomás Herrera"}
			s.Profile = ProfileScope{FirstName: "Tomás", LastName: "Herrera", Name: "Tomás Herrera"}
			s.Message = MessageScope{AttachmentCount: 2, FirstAttachmentType: "image"}
		})},
		"dialog_sticker_of_nobody": {PresetClientDialog, false, with(func(s *Scope) {
			s.Message = MessageScope{AttachmentCount: 1, FirstAttachmentType: "sticker"}
		})},
		"dialog_unknown_attachment": {PresetClientDialog, false, with(func(s *Scope) {
			s.Contact = ContactScope{Name: "Anna Lindner"}
			s.Message = MessageScope{AttachmentCount: 1, FirstAttachmentType: "hologram"}
		})},
		"dialog_button": {PresetClientDialog, false, with(func(s *Scope) {
			s.Contact = ContactScope{Name: "Anna Lindner"}
			s.Message = MessageScope{Button: "Öffnungszeiten", Payload: "OPENING_HOURS"}
		})},
		"dialog_mail": {PresetClientDialog, false, with(func(s *Scope) {
			s.Contact = ContactScope{Name: "Mia O'Connor"}
			s.Mail = MailScope{Subject: "Rechnung 4711 – bitte korrigieren", FromName: "Mia O'Connor", FromAddress: "Mia@Example.com"}
			s.Message.Text = "Guten Tag,\r\n\r\ndie Adresse stimmt nicht.\r\n"
		})},
		"dialog_web_chat_with_form": {PresetClientDialog, false, with(func(s *Scope) {
			s.Form = map[string]string{"name": "Ayşe Demir", "email": "ayse@example.com", "phone": "030 123456", "city": "Berlin"}
			s.Contact = ContactScope{Name: "Ayşe Demir"}
			s.Message.Text = "Haben Sie heute offen?"
		})},
		"post_with_text": {PresetPostComments, false, with(func(s *Scope) {
			s.Author.Name = "Ольга Иванова"
			s.Message.Text = "Größe M oder L? 🤔"
			s.Post = PostScope{ID: "1_2", URL: "https://example.com/p/2",
				Text: "Unser Frühlingsverkauf beginnt heute! Kommen Sie vorbei und fahren Sie alle neuen Modelle zur Probe.\nWir freuen uns auf Sie."}
		})},
		"post_photo_only": {PresetPostComments, false, with(func(s *Scope) {
			s.Author.Name = "Marek Novák"
			s.Message = MessageScope{AttachmentCount: 1, FirstAttachmentType: "image"}
			s.Post = PostScope{ID: "1_3", URL: "https://example.com/p/3"}
		})},
		"lead_full": {PresetLead, false, with(func(s *Scope) {
			s.Lead = LeadScope{ID: "1323104002784629", Answers: answers, FormName: "Probefahrt", CampaignName: "Frühling",
				AdName: "Lastenrad, Video", Platform: "ig"}
		})},
		"lead_test": {PresetLead, false, with(func(s *Scope) {
			s.Lead = LeadScope{ID: "1", Answers: []Answer{{Key: "email", Value: "test@example.com"}}, IsTest: true}
		})},
		"lead_first_and_last_name": {PresetLead, false, with(func(s *Scope) {
			s.Lead = LeadScope{ID: "1", FormName: "Newsletter", Platform: "fb", Answers: []Answer{{Key: "first_name", Value: "Mia"},
				{Key: "last_name", Value: "O'Connor"}, {Key: "phone_number", Value: "call me"}, {Key: "budget", Value: "viel"}}}
		})},
		"lead_pending": {PresetLead, true, with(func(s *Scope) { s.Lead = LeadScope{ID: "1323104002784629"} })},
	}
}

func TestPresetsGolden(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		byKey := presets(t, language)
		for name, c := range presetScopes() {
			t.Run(language+"_"+name, func(t *testing.T) {
				t.Parallel()
				c.scope.Account.Language = language
				preset, o := byKey[c.preset], FillOptions{Country: "DE"}
				if c.pending {
					var problems []Problem
					o.Title, problems = CompilePattern(preset.PendingTitle)
					require.Empty(t, problems)
				}
				task, why := preset.Object.Compile().Fill(c.scope, o)
				draft, whyContact := preset.Contact.Compile().Fill(c.scope, o)
				stepsOf(t, append(why, whyContact...))
				var got strings.Builder
				out := json.NewEncoder(&got)
				out.SetEscapeHTML(false)
				out.SetIndent("", "  ")
				require.NoError(t, out.Encode(map[string]any{"task": task, "task_why": why, "contact": draft,
					"contact_why": whyContact}))
				file := filepath.Join("testdata", "presets", language+"_"+name+".golden.json")
				if *update {
					require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
					require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o600))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err)
				require.Equal(t, string(want), got.String())
			})
		}
	}
}
