package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kontor/app/config"
	"kontor/domain/secret"
)

// keyFile holds the generated key, in the data folder. Whoever loses it loses the sealed secrets, and connects the
// channels anew.
const keyFile = "secret.key"

// openBox makes the box that seals secrets at rest, with the keys of the settings or the generated one.
func openBox(cfg config.Config) (*secret.Box, error) {
	keys := cfg.Keys()
	if len(keys) == 0 {
		key, err := generatedKey(filepath.Join(cfg.DataDir, keyFile))
		if err != nil {
			return nil, fmt.Errorf("the generated secret key: %w", err)
		}
		keys = []string{key}
	}
	return secret.NewBox(keys)
}

// keysThere returns the keys of the settings, or the generated one, and makes none.
func keysThere(cfg config.Config) ([]string, error) {
	if keys := cfg.Keys(); len(keys) > 0 {
		return keys, nil
	}
	text, err := os.ReadFile(filepath.Join(cfg.DataDir, keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return []string{strings.TrimSpace(string(text))}, err
}

// generatedKey reads the key file, and makes it at the first start. The file is written whole under another name and
// linked into place, so that two processes that start at once agree on one key, and a crash leaves no half of one.
func generatedKey(name string) (string, error) {
	text, err := os.ReadFile(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return strings.TrimSpace(string(text)), err
	}
	draft, err := os.CreateTemp(filepath.Dir(name), keyFile+".*") // made with 0600
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(secret.NewKey() + "\n")
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return "", err
	}
	if err := os.Link(draft.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	text, err = os.ReadFile(name)
	return strings.TrimSpace(string(text)), err
}
