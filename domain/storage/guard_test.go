package storage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"kontor/domain/clock"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/domain/storage/storagetest"
)

// Every shape in which a statement can forget its account, and those that are right.
func TestGuard(t *testing.T) {
	t.Parallel()
	d := storagetest.New(t)
	a, other := ids.New(), ids.New()
	mine, theirs := work(a, "x"), work(other, "x")
	_, err := storage.InsertMany(t.Context(), d, []due{mine, theirs})
	require.NoError(t, err)
	ctx := t.Context()
	at := map[string]any{"due_at": clock.System{}.Now()}

	refused := map[string]func() *gorm.DB{
		"find_without_where":     func() *gorm.DB { return d.Unscoped(ctx).Find(&[]due{}) },
		"find_by_struct":         func() *gorm.DB { return d.Unscoped(ctx).Where(&due{AccountID: a}).Find(&[]due{}) },
		"find_by_empty_struct":   func() *gorm.DB { return d.Unscoped(ctx).Where(&due{}).Find(&[]due{}) },
		"find_by_text":           func() *gorm.DB { return d.Unscoped(ctx).Where("account_id = ?", a).Find(&[]due{}) },
		"find_by_map":            func() *gorm.DB { return d.Unscoped(ctx).Where(map[string]any{"key": "x"}).Find(&[]due{}) },
		"take_with_inline_id":    func() *gorm.DB { return d.Unscoped(ctx).Take(&due{}, "key = ?", "x") },
		"nil_account":            func() *gorm.DB { return d.Of(ctx, ids.Nil).Find(&[]due{}) },
		"or_beside_the_account":  func() *gorm.DB { return d.Of(ctx, a).Or("key = ?", "x").Find(&[]due{}) },
		"or_after_a_condition":   func() *gorm.DB { return d.Of(ctx, a).Where("key = ?", "x").Or("queue = ?", "q").Find(&[]due{}) },
		"count":                  func() *gorm.DB { n := int64(0); return d.Unscoped(ctx).Model(&due{}).Count(&n) },
		"pluck":                  func() *gorm.DB { return d.Unscoped(ctx).Model(&due{}).Pluck("key", &[]string{}) },
		"table_by_name":          func() *gorm.DB { return d.Unscoped(ctx).Table("due_work").Find(&[]map[string]any{}) },
		"update_without_account": func() *gorm.DB { return d.Unscoped(ctx).Model(&due{}).Where("key = ?", "x").Updates(at) },
		"update_of_a_row":        func() *gorm.DB { row := mine; return d.Unscoped(ctx).Model(&row).Updates(at) },
		"save":                   func() *gorm.DB { row := mine; return d.Unscoped(ctx).Save(&row) },
		"delete_without_account": func() *gorm.DB { return d.Unscoped(ctx).Where("key = ?", "x").Delete(&due{}) },
		"delete_of_a_row":        func() *gorm.DB { row := mine; return d.Unscoped(ctx).Delete(&row) },
		"create_without_account": func() *gorm.DB { row := work(ids.Nil, "n"); return d.Of(ctx, a).Create(&row) },
		"create_one_of_many": func() *gorm.DB {
			rows := []due{work(a, "n1"), work(ids.Nil, "n2")}
			return d.Of(ctx, a).Create(&rows)
		},
		"create_from_a_map": func() *gorm.DB {
			return d.Of(ctx, a).Table("due_work").Create(map[string]any{"account_id": a, "key": "m"})
		},
		"raw":  func() *gorm.DB { return d.Of(ctx, a).Raw("SELECT * FROM due_work").Scan(&[]due{}) },
		"exec": func() *gorm.DB { return d.Of(ctx, a).Exec("DELETE FROM due_work") },
	}
	for name, f := range refused {
		t.Run("refuses_"+name, func(t *testing.T) { require.ErrorIs(t, f().Error, storage.ErrUnscoped) })
	}
	t.Run("refuses_written_sql_without_account", func(t *testing.T) {
		require.ErrorIs(t, d.Select(ctx, &[]due{}, "SELECT * FROM due_work WHERE queue = ?", "q"), storage.ErrUnscoped)
		_, err := d.Exec(ctx, "UPDATE due_work SET key = ''")
		require.ErrorIs(t, err, storage.ErrUnscoped)
		_, err = storage.InsertMany(ctx, d, []due{work(ids.Nil, "n")})
		require.ErrorIs(t, err, storage.ErrUnscoped)
		_, err = storage.UpdateMany(ctx, d, []due{work(ids.Nil, "n")}, storage.Update{
			Match: []string{"account_id", "key"}, Set: []string{"due_at"},
		})
		require.ErrorIs(t, err, storage.ErrUnscoped)
	})

	allowed := map[string]func() *gorm.DB{
		"find":   func() *gorm.DB { return d.Of(ctx, a).Find(&[]due{}) },
		"update": func() *gorm.DB { return d.Of(ctx, a).Model(&due{}).Where("key = ?", "x").Updates(at) },
		"or_in_a_group": func() *gorm.DB {
			return d.Of(ctx, a).Where("(key = ? OR key = ?)", "x", "y").Find(&[]due{})
		},
		"delete": func() *gorm.DB { return d.Of(ctx, a).Where("key = ?", "x").Delete(&due{}) },
		"of_no_account": func() *gorm.DB {
			return d.Unscoped(ctx).Table("job_ticks").Find(&[]map[string]any{})
		},
	}
	for name, f := range allowed {
		t.Run("allows_"+name, func(t *testing.T) { require.NoError(t, f().Error) })
	}
	var left []due
	require.NoError(t, d.Of(ctx, other).Find(&left).Error)
	require.Len(t, left, 1)
	require.WithinDuration(t, theirs.DueAt, left[0].DueAt, time.Microsecond)
}
