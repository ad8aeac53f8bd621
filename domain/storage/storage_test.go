package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"kontor/domain/clock"
	"kontor/domain/clock/clocktest"
	"kontor/domain/errs"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

// due is a row of an account-owned table with every sort of column.
type due struct {
	AccountID  ids.ID `gorm:"primaryKey"`
	Queue      string `gorm:"primaryKey"`
	Key        string `gorm:"primaryKey"`
	ChannelID  *ids.ID
	DueAt      time.Time
	LeaseUntil time.Time
	Epoch      int64
	Version    int64
	Attempts   int64
}

func (due) TableName() string { return "due_work" }

type conversation struct {
	AccountID     ids.ID `gorm:"primaryKey"`
	ID            ids.ID `gorm:"primaryKey"`
	ChannelID     ids.ID
	Type          string
	Key           string
	ContactID     *ids.ID
	Referral      map[string]any `gorm:"serializer:json"`
	Standby       bool
	ReadUntil     *time.Time
	LastMessageAt *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

func (conversation) TableName() string { return "conversations" }

func work(account ids.ID, key string) due {
	return due{AccountID: account, Queue: "q", Key: key, DueAt: clock.System{}.Now(), LeaseUntil: clock.System{}.Now()}
}

func TestInsertMany(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()

	t.Run("reads_back_what_was_written", func(t *testing.T) {
		now := clock.System{}.Now()
		person := ids.New()
		want := conversation{
			AccountID: a, ID: ids.New(), ChannelID: ids.New(), Type: "dm", Key: "ä\"'?$1", ContactID: &person,
			Referral: map[string]any{"ad": "1", "ok": true}, Standby: true, ReadUntil: &now, CreatedAt: now, UpdatedAt: now,
		}
		written, err := storage.InsertMany(t.Context(), d, []conversation{want})
		require.NoError(t, err)
		require.Equal(t, []bool{true}, written)
		got, err := storage.SelectMany[conversation](t.Context(), d, []conversation{want}, "account_id", "id")
		require.NoError(t, err)
		require.Equal(t, []conversation{want}, got)

		var one conversation
		require.NoError(t, d.Of(t.Context(), a).Where("id = ?", want.ID).Take(&one).Error)
		require.Equal(t, want, one)
	})
	t.Run("leaves_out_what_is_there_and_says_so", func(t *testing.T) {
		first, err := storage.InsertMany(t.Context(), d, []due{work(a, "b"), work(a, "a")})
		require.NoError(t, err)
		require.Equal(t, []bool{true, true}, first)
		second, err := storage.InsertMany(t.Context(), d, []due{work(a, "c"), work(a, "a"), work(a, "c")})
		require.NoError(t, err)
		require.Equal(t, []bool{true, false, false}, second)
	})
	t.Run("writes_more_rows_than_fit_one_statement", func(t *testing.T) {
		rows := make([]due, 2500)
		for i := range rows {
			rows[i] = work(a, fmt.Sprint("many", i))
		}
		written, err := storage.InsertMany(t.Context(), d, rows)
		require.NoError(t, err)
		require.NotContains(t, written, false)
		found, err := storage.SelectMany[due](t.Context(), d, rows, "account_id", "queue", "key")
		require.NoError(t, err)
		require.Len(t, found, 2500)
	})
	t.Run("asks_once_for_keys_that_are_there_twice", func(t *testing.T) {
		one, other := work(a, "once"), work(a, "other")
		_, err := storage.InsertMany(t.Context(), d, []due{one, other})
		require.NoError(t, err)
		type key struct {
			AccountID  ids.ID
			Queue, Key string
		}
		k, x := key{a, one.Queue, one.Key}, key{a, other.Queue, other.Key}
		found, err := storage.SelectMany[due](t.Context(), d, []key{k, x, k, k}, "account_id", "queue", "key")
		require.NoError(t, err)
		require.Len(t, found, 2)
	})
	t.Run("writes_nothing_for_no_rows", func(t *testing.T) {
		written, err := storage.InsertMany(t.Context(), d, []due{})
		require.NoError(t, err)
		require.Empty(t, written)
	})
}

func TestUpdateMany(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a, b := ids.New(), ids.New()
	rows := []due{work(a, "1"), work(a, "2"), work(b, "1")}
	_, err := storage.InsertMany(t.Context(), d, rows)
	require.NoError(t, err)
	at := clock.System{}.Now().Add(time.Hour)
	rows[0].DueAt, rows[1].DueAt = at, at
	n, err := storage.UpdateMany(t.Context(), d, rows[:2], storage.Update{
		Match: []string{"account_id", "queue", "key"}, Set: []string{"due_at"},
		Also: "version = t.version + 1", Where: "t.key <> '2'",
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	got, err := storage.SelectMany[due](t.Context(), d, rows, "account_id", "queue", "key")
	require.NoError(t, err)
	for _, r := range got {
		changed := r.AccountID == a && r.Key == "1"
		require.Equal(t, changed, r.DueAt.Equal(at))
		require.Equal(t, changed, r.Version == 1)
	}
}

func TestTx(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	count := func() (n int64) {
		require.NoError(t, d.Of(t.Context(), a).Model(&due{}).Count(&n).Error)
		return n
	}

	t.Run("keeps_nothing_after_an_error", func(t *testing.T) {
		hooks := 0
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			d.AfterCommit(ctx, func() { hooks++ })
			_, err := storage.InsertMany(ctx, d, []due{work(a, "x")})
			require.NoError(t, err)
			return errors.New("no")
		})
		require.EqualError(t, err, "no")
		require.Zero(t, count())
		require.Zero(t, hooks)
	})
	t.Run("joins_the_running_one_and_runs_hooks_after_the_outer_commit", func(t *testing.T) {
		seen := int64(-1)
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			return d.Tx(ctx, func(ctx context.Context) error {
				d.AfterCommit(ctx, func() { seen = count() })
				row := work(a, "y")
				return d.Of(ctx, a).Create(&row).Error
			})
		})
		require.NoError(t, err)
		require.EqualValues(t, 1, seen)
	})
	t.Run("a_hook_without_a_transaction_runs_at_once", func(t *testing.T) {
		ran := false
		d.AfterCommit(t.Context(), func() { ran = true })
		require.True(t, ran)
	})
	t.Run("is_tried_again_when_the_database_gave_up", func(t *testing.T) {
		tries := 0
		err := d.Retry(t.Context(), func(context.Context) error {
			if tries++; tries < 3 {
				return storage.ErrAborted
			}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 3, tries)
	})
}

func TestWritersOfTheSameRowsDoNotDeadlock(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	rows := make([]due, 40)
	for i := range rows {
		rows[i] = work(a, fmt.Sprint(i))
	}
	_, err := storage.InsertMany(t.Context(), d, rows)
	require.NoError(t, err)
	var wg sync.WaitGroup
	errors := make([]error, 6)
	for i := range errors {
		wg.Go(func() {
			mine := slices.Clone(rows)
			if i%2 == 0 {
				slices.Reverse(mine)
			}
			for range 30 {
				_, err := storage.UpdateMany(t.Context(), d, mine, storage.Update{
					Match: []string{"account_id", "queue", "key"}, Also: "version = t.version + 1",
				})
				if err != nil {
					errors[i] = err
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errors {
		require.NoError(t, err)
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	every := storage.NewEverywhere(d)
	rows := make([]due, 200)
	for i := range rows {
		rows[i] = work(ids.New(), "k")
		rows[i].DueAt = rows[i].DueAt.Add(-time.Minute)
		rows[i].LeaseUntil = rows[i].DueAt
	}
	_, err := storage.InsertMany(t.Context(), d, rows)
	require.NoError(t, err)
	claim := func(n int) []due {
		now := clock.System{}.Now()
		var got []due
		err := d.Retry(t.Context(), func(ctx context.Context) error {
			got = nil
			return every.Claim(ctx, &got, storage.Claim{
				Table: "due_work", Key: []string{"account_id", "queue", "key"},
				Set: "lease_until = ?, epoch = epoch + 1", SetArgs: []any{now.Add(time.Minute)},
				Guard: "@queue = ? AND @due_at <= ? AND @lease_until <= ?", GuardArgs: []any{"q", now, now},
				Order: "t.due_at", Limit: n, Back: "account_id, queue, key, epoch",
			})
		})
		require.NoError(t, err)
		return got
	}
	var mu sync.Mutex
	taken := map[ids.ID]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				got := claim(7)
				if len(got) == 0 {
					return
				}
				if len(got) > 7 {
					t.Errorf("claimed %d of 7", len(got))
				}
				mu.Lock()
				for _, r := range got {
					taken[r.AccountID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Len(t, taken, len(rows))
	for _, n := range taken {
		require.Equal(t, 1, n)
	}
}

func TestErrorsAreTranslated(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	row := work(a, "x")
	require.NoError(t, d.Of(t.Context(), a).Create(&row).Error)
	require.ErrorIs(t, storage.Translate(d.Of(t.Context(), a).Create(&row).Error), storage.ErrDuplicate)
	require.ErrorIs(t, storage.Translate(d.Of(t.Context(), ids.New()).Take(&row).Error), storage.ErrNotFound)
	_, err := d.Exec(t.Context(), "UPDATE due_work SET nothing = 1 WHERE account_id = ?", a)
	require.Error(t, err)
	require.Equal(t, errs.Internal, errs.KindOf(err))
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	require.Equal(t, errs.Unavailable, errs.KindOf(d.Ping(late)))
}

// Whatever a statement meets whose connection has ended is no fault of its values.
func TestAnEndedConnectionBlamesNobody(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	if d.Engine() == storage.SQLite {
		t.Skip("SQLite has no connections that others can end")
	}
	require.Error(t, d.Tx(t.Context(), func(ctx context.Context) error {
		var pids []int
		require.NoError(t, d.Select(storage.Whole(ctx), &pids, "SELECT pg_backend_pid()"))
		_, err := d.SQL().ExecContext(t.Context(), "SELECT pg_terminate_backend($1)", pids[0])
		require.NoError(t, err)
		for range 3 { // the first one sees the end, the others what the driver makes of it
			err = d.Select(storage.Whole(ctx), &pids, "SELECT pg_backend_pid()")
			require.Equal(t, errs.Unavailable, errs.KindOf(err), "%v", err)
			require.False(t, storage.Blames(err))
		}
		return err
	}))
	c, err := d.SQL().Conn(t.Context())
	require.NoError(t, err)
	require.Error(t, c.Raw(func(driver any) error {
		mine := driver.(*stdlib.Conn).Conn() //nolint:forcetypeassert // or the test has to be another
		require.NoError(t, mine.Close(t.Context()))
		_, err = mine.Exec(t.Context(), "SELECT 1") // ended between two steps of a statement
		return err
	}))
	require.Equal(t, errs.Unavailable, errs.KindOf(storage.Translate(err)), "%v", err)
	done, err := d.SQL().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, done.Rollback())
	_, err = done.ExecContext(t.Context(), "SELECT 1")
	require.Equal(t, errs.Unavailable, errs.KindOf(storage.Translate(err)), "%v", err)
}

func TestValuesAreBlamed(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	_, err := d.Exec(t.Context(), "INSERT INTO due_work (account_id) VALUES (?)", a)
	require.True(t, storage.Blames(err), "%v", err)
	_, err = d.Exec(t.Context(), "UPDATE due_work SET nothing = 1 WHERE account_id = ?", a)
	require.Error(t, err)
	require.False(t, storage.Blames(err), "%v", err)
	require.False(t, storage.Blames(nil))
	_, err = json.Marshal(math.NaN())
	require.True(t, storage.Blames(err))
}

func TestPages(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a := ids.New()
	now := clock.System{}.Now()
	rows := make([]conversation, 23)
	for i := range rows {
		rows[i] = conversation{
			AccountID: a, ID: ids.New(), ChannelID: ids.New(), Key: fmt.Sprint(i),
			CreatedAt: now.Add(time.Duration(i/4) * time.Microsecond), UpdatedAt: now,
		}
	}
	_, err := storage.InsertMany(t.Context(), d, rows)
	require.NoError(t, err)
	for _, desc := range []bool{true, false} {
		o := storage.Order{Column: "created_at", Desc: desc, Time: true}
		var seen []string
		p := storage.Page{Limit: 5}
		for {
			q, err := storage.Keyset(d.Of(t.Context(), a), o, p)
			require.NoError(t, err)
			var page []conversation
			require.NoError(t, q.Find(&page).Error)
			page, p.Cursor = storage.Cut(page, o, p, func(c conversation) (any, ids.ID) { return c.CreatedAt, c.ID })
			for _, c := range page {
				seen = append(seen, c.Key)
			}
			if p.Cursor == "" {
				break
			}
		}
		require.Len(t, seen, 23)
		first, last := "0", "22"
		if desc {
			first, last = last, first
		}
		require.Equal(t, first, seen[0])
		require.Equal(t, last, seen[22])
	}
	_, err = storage.Keyset(d.Of(t.Context(), a), storage.Order{Column: "created_at"}, storage.Page{Cursor: "rubbish"})
	require.Equal(t, errs.Invalid, errs.KindOf(err))
}

func TestLockFileKeepsASecondHolderOut(t *testing.T) {
	t.Parallel()
	name := t.TempDir() + "/lock"
	release, err := storage.LockFile(t.Context(), name)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = storage.LockFile(ctx, name)
	require.ErrorIs(t, err, storage.ErrLocked)
	release()
	again, err := storage.LockFile(t.Context(), name)
	require.NoError(t, err)
	again()
}

// Numbers are taken outside of the transaction that needs them: with all connections in transactions there must be one for
// that, or all wait for each other.
func TestManyTransactionsAtOnceTakeNumbers(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	c := storage.NewCounter(storage.NewEverywhere(d), "t")
	ctx, cancel := context.WithTimeout(t.Context(), clocktest.Patience)
	defer cancel()
	var all errgroup.Group
	for range 3 * 8 { // as many connections as there are, several times
		all.Go(func() error {
			return d.Retry(ctx, func(ctx context.Context) error {
				a := ids.New()
				if _, err := storage.InsertMany(ctx, d, []due{work(a, "1")}); err != nil {
					return err
				}
				if d.Engine() == storage.Postgres {
					time.Sleep(300 * time.Millisecond) // the others open theirs
				}
				_, err := c.Take(ctx, a, 1)
				return err
			})
		})
	}
	require.NoError(t, all.Wait())
}
