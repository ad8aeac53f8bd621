package task

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
)

func (s store) ownDrafts(ctx context.Context, by account.Actor) *gorm.DB {
	return s.db.Of(ctx, by.AccountID).Where("staff_id = ?", by.StaffID)
}

func (s store) drafts(ctx context.Context, by account.Actor, task ids.ID) ([]CommentDraft, error) {
	var rows []CommentDraft
	return rows, storage.Translate(s.ownDrafts(ctx, by).Where("task_id = ?", task).Order("way").Find(&rows).Error)
}

func (s store) drafted(ctx context.Context, by account.Actor) ([]CommentDraft, error) {
	var rows []CommentDraft
	err := s.ownDrafts(ctx, by).Select("account_id", "staff_id", "task_id", "way", "updated_at").
		Order("updated_at DESC, task_id, way").Limit(maxDrafts).Find(&rows).Error
	return rows, storage.Translate(err)
}

// putDraft writes a draft and tells whether there was none before.
func (s store) putDraft(ctx context.Context, d CommentDraft) (began bool, err error) {
	one := func() *gorm.DB {
		return s.db.Of(ctx, d.AccountID).Model(&CommentDraft{}).
			Where("staff_id = ? AND task_id = ? AND way = ?", d.StaffID, d.TaskID, d.Way)
	}
	done := one().Select("text", "reply_to", "attachment_ids", "updated_at").Updates(&d)
	if done.Error != nil || done.RowsAffected > 0 {
		return false, storage.Translate(done.Error)
	}
	err = s.db.Of(ctx, d.AccountID).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "staff_id"}, {Name: "task_id"}, {Name: "way"}},
		DoUpdates: clause.AssignmentColumns([]string{"text", "reply_to", "attachment_ids", "updated_at"}),
	}).Create(&d).Error
	return true, storage.Translate(err)
}

func (s store) dropDraft(ctx context.Context, by account.Actor, task ids.ID, way Way) (bool, error) {
	done := s.ownDrafts(ctx, by).Where("task_id = ? AND way = ?", task, way).Delete(&CommentDraft{})
	return done.RowsAffected > 0, storage.Translate(done.Error)
}

func (s store) draftsOfTasks(ctx context.Context, a account.ID, tasks ...ids.ID) ([]CommentDraft, error) {
	var rows []CommentDraft
	err := s.db.Of(ctx, a).Where(storage.Among("task_id", tasks)).Order("staff_id, task_id, way").Find(&rows).Error
	return rows, storage.Translate(err)
}

func (s store) dropDraftsOf(ctx context.Context, a account.ID, task ids.ID) error {
	return storage.Translate(s.db.Of(ctx, a).Where("task_id = ?", task).Delete(&CommentDraft{}).Error)
}
