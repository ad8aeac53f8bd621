package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kontor/app/config"
	"kontor/domain/secret"
)

func TestLoad(t *testing.T) {
	t.Parallel()

	t.Run("works_without_any_setting", func(t *testing.T) {
		t.Parallel()
		c, err := config.Load(nil)
		require.NoError(t, err)
		require.Equal(t, "127.0.0.1:8080", c.Listen)
		require.Equal(t, "http://127.0.0.1:8080", c.PublicURL)
		require.Equal(t, filepath.Join("data", "kontor.db"), c.Database())
		require.True(t, c.SQLite())
		require.True(t, c.EmbeddedQueue())
		require.False(t, c.HTTPS())
		require.NoError(t, c.CheckFor(config.All))
	})
	t.Run("reads_values", func(t *testing.T) {
		t.Parallel()
		c, err := config.Load([]string{
			"KONTOR_PUBLIC_URL=https://k.example.com/", "KONTOR_META_APP_SECRETS=one, two",
			"KONTOR_TRUSTED_PROXIES=10.1.2.3, 192.168.0.0/16,::1", "HOME=/root",
		})
		require.NoError(t, err)
		require.Equal(t, "https://k.example.com", c.PublicURL)
		require.True(t, c.HTTPS())
		require.Equal(t, []string{"one", "two"}, c.AppSecrets())
		require.Equal(t, "[10.1.2.3/32 192.168.0.0/16 ::1/128]", fmt.Sprint(c.TrustedProxies))
	})
	t.Run("finds_itself_when_it_listens_everywhere", func(t *testing.T) {
		t.Parallel()
		for _, listen := range []string{":80", "0.0.0.0:80", "[::]:80"} {
			c, err := config.Load([]string{"KONTOR_LISTEN=" + listen})
			require.NoError(t, err)
			require.Equal(t, "http://localhost:80", c.PublicURL)
		}
	})
	t.Run("reads_a_secret_from_a_file", func(t *testing.T) {
		t.Parallel()
		name := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(name, []byte("of a file\n"), 0o600))
		c, err := config.Load([]string{"KONTOR_META_VERIFY_TOKEN_FILE=" + name})
		require.NoError(t, err)
		require.Equal(t, "of a file", c.MetaVerifyToken.Reveal())
	})
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ []string
		says    string
	}{
		"both_name_and_file":      {[]string{"KONTOR_REDIS_URL=redis://x", "KONTOR_REDIS_URL_FILE=/y"}, "keep one"},
		"missing_file":            {[]string{"KONTOR_SMTP_URL_FILE=/does/not/exist"}, "KONTOR_SMTP_URL_FILE"},
		"listen":                  {[]string{"KONTOR_LISTEN=8080"}, "KONTOR_LISTEN"},
		"public_url_without_host": {[]string{"KONTOR_PUBLIC_URL=example.com"}, "KONTOR_PUBLIC_URL"},
		"public_url_with_path":    {[]string{"KONTOR_PUBLIC_URL=https://example.com/kontor"}, "KONTOR_PUBLIC_URL"},
		"database":                {[]string{"KONTOR_DATABASE_URL=mysql://x/y"}, "postgres://"},
		"redis":                   {[]string{"KONTOR_DATABASE_URL=postgres://h/d", "KONTOR_REDIS_URL=h:6379"}, "redis"},
		"redis_on_sqlite":         {[]string{"KONTOR_REDIS_URL=redis://h"}, "Set KONTOR_DATABASE_URL as well"},
		"blob":                    {[]string{"KONTOR_BLOB_URL=/srv"}, "s3://"},
		"smtp":                    {[]string{"KONTOR_SMTP_URL=mail.example.com"}, "smtp://"},
		"graph":                   {[]string{"KONTOR_META_GRAPH_URL=graph"}, "KONTOR_META_GRAPH_URL"},
		"permissions":             {[]string{"KONTOR_META_PERMISSIONS=pages_messaging"}, "pages_show_list"},
		"api_version":             {[]string{"KONTOR_META_API_VERSION=25"}, "v25.0"},
		"proxy":                   {[]string{"KONTOR_TRUSTED_PROXIES=nginx"}, "10.0.0.0/8"},
		"level":                   {[]string{"KONTOR_LOG_LEVEL=loud"}, "KONTOR_LOG_LEVEL"},
		"format":                  {[]string{"KONTOR_LOG_FORMAT=xml"}, "KONTOR_LOG_FORMAT"},
		"migrate":                 {[]string{"KONTOR_MIGRATE=yes"}, "KONTOR_MIGRATE"},
		"profiles_for_others":     {[]string{"KONTOR_PROFILE_LISTEN=0.0.0.0:6060"}, "KONTOR_PROFILE_LISTEN"},
		"profiles_by_name":        {[]string{"KONTOR_PROFILE_LISTEN=:6060"}, "KONTOR_PROFILE_LISTEN"},
		"short_key":               {[]string{"KONTOR_SECRET_KEYS=abc"}, "openssl rand"},
		"default_secret":          {[]string{"KONTOR_META_VERIFY_TOKEN=changeme"}, "well-known"},
		"default_among_secrets":   {[]string{"KONTOR_META_APP_SECRETS=5d41402abc4b2a76,secret"}, "well-known"},
		"repeated_character":      {[]string{"KONTOR_META_VERIFY_TOKEN=aaaaaaaaaaaa"}, "well-known"},
		"default_password":        {[]string{"KONTOR_DATABASE_URL=postgres://kontor:postgres@h/d"}, "password in KONTOR_DATABASE_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(test.environ)
			require.ErrorContains(t, err, test.says)
		})
	}
}

func TestCheckFor(t *testing.T) {
	t.Parallel()
	full := []string{"KONTOR_DATABASE_URL=postgres://h/d", "KONTOR_REDIS_URL=redis://h"}
	for _, test := range []struct {
		environ []string
		parts   config.Parts
		allowed bool
	}{
		{nil, config.All, true},
		{nil, config.HTTPOnly, false},
		{nil, config.WorkerOnly, false},
		{full[:1], config.All, true},
		{full[:1], config.WorkerOnly, false},
		{full, config.HTTPOnly, true},
		{full, config.WorkerOnly, true},
	} {
		c, err := config.Load(test.environ)
		require.NoError(t, err)
		require.Equal(t, test.allowed, c.CheckFor(test.parts) == nil, "%v %s", test.environ, test.parts)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	environ := []string{"KONTOR_LOG_LEVEL=loud", "KONTOR_SECRET_KEYS=" + secret.NewKey()}
	for _, name := range []string{"META_APP_SECRETS", "META_VERIFY_TOKEN"} {
		environ = append(environ, "KONTOR_"+name+"=canary")
	}
	environ = append(environ, "KONTOR_DATABASE_URL=mysql://u:canary@h/d", "KONTOR_SMTP_URL=canary")
	c, err := config.Load(environ)
	require.Error(t, err)
	asJSON, jsonErr := json.Marshal(c)
	require.NoError(t, jsonErr)
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), string(asJSON)} {
		require.NotContains(t, shown, "canary")
	}
}

func TestExampleFile(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join("..", "..", ".env.example"))
	require.NoError(t, err)
	require.Equal(t, config.Example(), string(file), "write it anew: it is the text of config.Example")
	for _, v := range config.Describe() {
		require.True(t, strings.HasPrefix(v.Name, "KONTOR_") && v.What != "", v)
	}
}
