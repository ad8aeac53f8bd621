package templates

import (
	"cmp"
	"embed"
	"path"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// wordsByLanguage reads the words for what came once: patterns are filled on the way of every message.
var wordsByLanguage = sync.OnceValue(readWords)

func readWords() map[string]map[string]string {
	files, _ := wordFiles.ReadDir("words") // embedded, and the tests read every one of them
	all := make(map[string]map[string]string, len(files))
	for _, file := range files {
		source, _ := wordFiles.ReadFile(path.Join("words", file.Name()))
		var words map[string]string
		if yaml.Unmarshal(source, &words) == nil {
			all[strings.TrimSuffix(file.Name(), ".yaml")] = words
		}
	}
	return all
}

// headline says in a few words what an event is about, whatever came: the subject, the beginning of the text, the button
// that was tapped, the form that was filled in, or else what sort of thing it is, in the account's language. It is empty
// only where nothing came.
func headline(s *Scope) string {
	says := cmp.Or(oneLine(s.Mail.Subject), excerpt(s.Message.Text), oneLine(s.Message.Button), oneLine(s.Lead.FormName))
	if says != "" {
		return says
	}
	came := cmp.Or(s.Message.FirstAttachmentType, "message")
	switch isLead := s.Lead.ID != "" || len(s.Lead.Answers) > 0; {
	case isLead:
		came = "lead"
	case s.Message == (MessageScope{}):
		return ""
	}
	words, known := wordsByLanguage()[s.Account.Language]
	if !known {
		words = wordsByLanguage()["en"]
	}
	return cmp.Or(words[came], words["message"])
}
