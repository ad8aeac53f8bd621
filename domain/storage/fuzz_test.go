package storage_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kontor/domain/clock"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

// used is a table in the order of a number.
type used struct {
	AccountID ids.ID `gorm:"primaryKey"`
	ID        ids.ID `gorm:"primaryKey"`
	Used      int64
}

// TableName names the table.
func (used) TableName() string { return "saved_replies" }

// FuzzCursor: whatever is sent as a cursor, it is refused as input, or the database takes it.
func FuzzCursor(f *testing.F) {
	d := storagetest.New(f)
	a := ids.New()
	row := conversation{AccountID: a, ID: ids.New(), ChannelID: ids.New(), Key: "k", CreatedAt: clock.System{}.Now(), UpdatedAt: clock.System{}.Now()}
	_, err := storage.InsertMany(f.Context(), d, []conversation{row})
	require.NoError(f, err)
	for _, o := range []string{"key", "-key", "created_at", "-created_at", "-used", "-id", "nonsense"} {
		for _, v := range []string{
			`"k"`, `"\u0000"`, `"\ud800"`, `"2026-11-21T12:00:00Z"`, `"0000-01-01T00:00:00Z"`, `"9999-12-31T23:59:59.999999999-23:59"`, `5`, `1.5`, `1e400`,
			`9223372036854775808`, `-1`, `true`, `null`, `[]`, `{"a":1}`,
		} {
			f.Add(fmt.Sprintf(`{"o":%q,"v":%s,"i":%q}`, o, v, row.ID), true)
		}
	}
	f.Add(`{"o":"key","v":"k","i":"{00000000-0000-0000-0000-000000000000}"}`, true)
	f.Add("rubbish", false)
	f.Fuzz(func(t *testing.T, cursor string, encode bool) {
		if encode {
			cursor = base64.RawURLEncoding.EncodeToString([]byte(cursor))
		}
		p := storage.Page{Limit: 1, Cursor: cursor}
		for _, o := range []storage.Order{
			{Column: "key"}, {Column: "key", Desc: true}, {Column: "created_at", Time: true}, {Column: "created_at", Desc: true, Time: true},
			{Column: "used", Desc: true, Number: true}, storage.ByID(),
		} {
			q, err := storage.Keyset(d.Of(t.Context(), a), o, p)
			if err != nil {
				require.Equal(t, errs.Invalid, errs.KindOf(err))
				continue
			}
			if o.Column == "used" {
				err = q.Find(&[]used{}).Error
			} else {
				err = q.Find(&[]conversation{}).Error
			}
			require.NoError(t, err, "%+v %q", o, cursor)
		}
	})
}

// FuzzCursorBack: a list goes on behind the very row that its page ended with, whatever that holds.
func FuzzCursorBack(f *testing.F) {
	d := storagetest.New(f)
	f.Add("Ana", int64(0))
	f.Add("<script>&\u2028é", int64(-62_135_596_800))
	f.Add("", int64(253_402_300_799))
	f.Fuzz(func(t *testing.T, text string, at int64) {
		if !storable(text) || at < -62_135_596_800 || at > 253_402_300_799 {
			return
		}
		a := ids.New()
		row := conversation{AccountID: a, ID: ids.New(), ChannelID: ids.New(), Key: text, CreatedAt: time.Unix(at, 123_000).UTC()}
		_, err := storage.InsertMany(t.Context(), d, []conversation{row})
		require.NoError(t, err)
		for _, o := range []storage.Order{
			{Column: "key"}, {Column: "key", Desc: true}, {Column: "created_at", Time: true}, {Column: "created_at", Desc: true, Time: true},
		} {
			_, next := storage.Cut([]conversation{row, {}}, o, storage.Page{Limit: 1}, func(c conversation) (any, ids.ID) {
				if o.Time {
					return c.CreatedAt, c.ID
				}
				return c.Key, c.ID
			})
			require.NotEmpty(t, next)
			require.Equal(t, next, url.QueryEscape(next), "it stands in an address as it is")
			q, err := storage.Keyset(d.Of(t.Context(), a), o, storage.Page{Cursor: next})
			require.NoError(t, err)
			var rest []conversation
			require.NoError(t, q.Find(&rest).Error)
			require.Empty(t, rest, "the row comes again")
		}
	})
}

// FuzzSearch: whatever somebody looks for, the full-text search of the database takes it.
func FuzzSearch(f *testing.F) {
	d := storagetest.New(f)
	a := ids.New()
	for _, s := range []string{
		"ana", `"`, `' OR 1=1 --`, "a* NEAR b", "a:b & !c | (d)", `\`, "ä ß ẞ ﷺ", "\x00", "\xff", "½ ² ① 漢字", strings.Repeat("x ", 50), strings.Repeat("y", 5000), "-a", "AND OR NOT", "{}", "\u0301",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := storage.ParseSearch(text)
		if s.Empty() || !storable(text) {
			return
		}
		for _, table := range []string{"tasks", "comments", "contacts"} {
			query, args := d.Matching(table, "id", a, s)
			var found []struct{ ID ids.ID }
			err := d.Select(t.Context(), &found, query, args...)
			require.NoError(t, err, "%q", text)
		}
	})
}

// storable tells whether a request may hold a text at all.
func storable(text string) bool {
	return strings.ToValidUTF8(text, "") == text && !strings.ContainsRune(text, 0)
}
