package templates

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed presets/*.yaml
var presetFiles embed.FS

// Keys of the presets. They are the same in every language.
const (
	PresetClientDialog = "client_dialog" // the standard one: direct messages, chats, mails
	PresetPostComments = "post_comments" // comments under posts
	PresetLead         = "lead"          // lead-ad submissions
)

// Preset is a ready set of templates a new account starts with. The object template has no StatusSetID yet; it gets
// the id under which Statuses is stored.
type Preset struct {
	Key      string    `json:"key"`
	Object   Object    `json:"object"`
	Statuses StatusSet `json:"statuses"`
	Contact  Contact   `json:"contact"`
	// PendingTitle is the title pattern of a lead whose answers cannot be read yet; see FillOptions.Title.
	PendingTitle string `json:"pending_title,omitempty"`
}

// Presets returns the presets in a language: "en", "de".
func Presets(language string) ([]Preset, error) {
	source, err := presetFiles.ReadFile("presets/" + language + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("presets in language %q: %w", language, err)
	}
	presets, err := readPresets(source)
	if err != nil {
		return nil, fmt.Errorf("presets in language %q: %w", language, err)
	}
	return presets, nil
}

// PresetLanguages returns the languages the presets exist in.
func PresetLanguages() ([]string, error) {
	files, err := presetFiles.ReadDir("presets")
	if err != nil {
		return nil, fmt.Errorf("list presets: %w", err)
	}
	languages := make([]string, len(files))
	for i, file := range files {
		languages[i] = strings.TrimSuffix(file.Name(), ".yaml")
	}
	return languages, nil
}

// readPresets goes by way of JSON, so that a preset is written with the same keys as everywhere else.
func readPresets(source []byte) ([]Preset, error) {
	var tree any
	if err := yaml.Unmarshal(source, &tree); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	var presets []Preset
	read := json.NewDecoder(bytes.NewReader(plain))
	read.DisallowUnknownFields()
	if err := read.Decode(&presets); err != nil {
		return nil, err
	}
	return presets, nil
}
