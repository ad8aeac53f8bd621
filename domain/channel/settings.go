package channel

import (
	"context"
	"encoding/json"
	"slices"

	"kontor/domain/account"
	"kontor/domain/errs"
	"kontor/domain/ids"
)

// MaxResolveDays is the longest time after which a task may resolve itself.
const MaxResolveDays = 3650

// check refuses settings that a kind has not, or that name what does not exist. What they named before is not looked at
// again: somebody who has left since must not be in the way of another change.
func (s *Service) check(ctx context.Context, a account.ID, adapter Adapter, set, before Settings) error {
	problems := set.problems()
	known := map[string]bool{}
	for _, f := range adapter.Describe().Settings {
		known[f.Key] = true
	}
	for key, used := range set.beyondDefaults() {
		if used && !known[key] {
			problems = append(problems, errs.At("body.settings."+key, "channel.setting_unknown"))
		}
	}
	if s.References != nil {
		problems = append(problems, s.References.CheckSettings(ctx, a, set.named(before))...)
	}
	return errs.Input(problems...)
}

// named are the references in the settings that were not there before.
func (s Settings) named(before Settings) (fresh Settings) {
	if ids.Of(s.ObjectTemplateID) != ids.Of(before.ObjectTemplateID) {
		fresh.ObjectTemplateID = s.ObjectTemplateID
	}
	if ids.Of(s.ContactTemplateID) != ids.Of(before.ContactTemplateID) {
		fresh.ContactTemplateID = s.ContactTemplateID
	}
	if ids.Of(s.CommentTemplateID) != ids.Of(before.CommentTemplateID) {
		fresh.CommentTemplateID = s.CommentTemplateID
	}
	for _, id := range s.AssigneeIDs {
		if !slices.Contains(before.AssigneeIDs, id) {
			fresh.AssigneeIDs = append(fresh.AssigneeIDs, id)
		}
	}
	return fresh
}

// byName returns the settings by their names in JSON.
func (s Settings) byName() map[string]any {
	all := map[string]any{}
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil { // settings are plain values
		return nil
	}
	return all
}

func (s Settings) problems() []errs.Problem {
	var out []errs.Problem
	refuse := func(bad bool, key string, params ...any) {
		if bad {
			out = append(out, errs.At("body.settings."+key, "channel.setting_value", params...))
		}
	}
	refuse(s.NewTask != NewWhenNoneActive && s.NewTask != ReopenLast, "new_task", "value", s.NewTask)
	refuse(s.ActiveScope != PerConversation && s.ActiveScope != PerContact, "active_scope", "value", s.ActiveScope)
	refuse(!slices.Contains(HistoryCounts(), s.HistoryCount), "history_count", "value", s.HistoryCount)
	refuse(s.Media != StoreMedia && s.Media != LinkMedia, "media", "value", s.Media)
	refuse(!slices.Contains([]CommentScope{PerPost, PerThread, PerAuthor}, s.CommentScope), "comment_scope", "value", s.CommentScope)
	refuse(s.CommentNewTask != NewWhenNoneActive && s.CommentNewTask != ReopenLast, "comment_new_task", "value", s.CommentNewTask)
	for key, days := range map[string]int{
		"resolve_new_after_days": s.ResolveNewAfterDays, "resolve_pending_after_days": s.ResolvePendingAfterDays,
	} {
		refuse(days < 0 || days > MaxResolveDays, key, "value", days)
	}
	return out
}

// beyondDefaults tells of each setting whether it says something else than a new channel's.
func (s Settings) beyondDefaults() map[string]bool {
	d := DefaultSettings()
	return map[string]bool{
		"object_template_id":         s.ObjectTemplateID != nil,
		"contact_template_id":        s.ContactTemplateID != nil,
		"assignee_ids":               len(s.AssigneeIDs) > 0,
		"new_task":                   s.NewTask != d.NewTask,
		"active_scope":               s.ActiveScope != d.ActiveScope,
		"history_count":              s.HistoryCount != d.HistoryCount,
		"auto_ownership":             s.AutoOwnership != d.AutoOwnership,
		"resolve_new_after_days":     s.ResolveNewAfterDays != d.ResolveNewAfterDays,
		"resolve_pending_after_days": s.ResolvePendingAfterDays != d.ResolvePendingAfterDays,
		"media":                      s.Media != d.Media,
		"leads":                      s.Leads != d.Leads,
		"comments":                   s.Comments,
		"comment_scope":              s.CommentScope != d.CommentScope,
		"comment_new_task":           s.CommentNewTask != d.CommentNewTask,
		"comment_template_id":        s.CommentTemplateID != nil,
		"attach_post_files":          s.AttachPostFiles,
	}
}

// Fresh are the settings that a channel of a kind begins with in an account: a new channel's, but with its files kept or
// linked as the account wants it, where the kind leaves a choice.
func (s *Service) Fresh(ctx context.Context, a account.ID, kind string) (Settings, error) {
	fresh := DefaultSettings()
	acc, err := s.Accounts.Get(ctx, a)
	if err == nil && s.choosesMedia(kind) {
		fresh.Media = Media(acc.Media)
	}
	return fresh, err
}

// choosesMedia tells whether channels of a kind have the setting media.
func (s *Service) choosesMedia(kind string) bool {
	adapter, err := s.Registry.Of(kind)
	return err == nil && slices.ContainsFunc(adapter.Describe().Settings, func(f Setting) bool { return f.Key == "media" })
}

// SetMedia has all channels of the account that leave a choice keep their files, or link to them, and returns how many were
// different before. Owners and admins may.
func (s *Service) SetMedia(ctx context.Context, by account.Actor, media Media) (changed int64, err error) {
	if err := by.Require(account.Admin); err != nil {
		return 0, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		changed = 0
		all, err := s.store.all(ctx, by.AccountID)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Settings.Media == media || !s.choosesMedia(c.Kind) {
				continue
			}
			if c, err = s.store.lock(ctx, by.AccountID, c.ID); err != nil {
				return err
			}
			if err := s.apply(ctx, by, &c, Change{Settings: func(set *Settings) { set.Media = media }}); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, err
}
