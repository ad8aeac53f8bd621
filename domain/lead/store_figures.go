package lead

import (
	"context"
	"strings"
	"time"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/storage"
	"kontor/templates"
)

// submitted is what figures need of a lead, or of a click.
type submitted struct {
	ID             ids.ID
	FormID         *ids.ID
	ConversationID ids.ID // of a click
	AdID           string
	AdTitle        string // of a click
	AdSetID        string
	CampaignID     string
	SubmittedAt    time.Time           // or came
	Category       *templates.Category // of its task; nil while it has none
}

// counted is a table that figures count, by x in statements.
type counted struct{ table, at, also string }

var (
	ofLeads  = counted{"leads", "submitted_at", " AND NOT x.test"} //nolint:gochecknoglobals // constants
	ofClicks = counted{"ad_clicks", "came_at", ""}                 //nolint:gochecknoglobals // constants
)

// where narrows a table, and its arguments.
func (q FigureQuery) where(ctx context.Context, a account.ID, of counted) (text string, args []any) {
	shown, hidden := storage.Shown(ctx, of.table, "x")
	text = "x.account_id = ? AND x." + of.at + " >= ? AND x." + of.at + " < ?" + of.also + " AND " + shown
	args = append([]any{a, q.From, q.To}, hidden...)
	if q.ChannelID != nil {
		return text + " AND x.channel_id = ?", append(args, *q.ChannelID)
	}
	return text, args
}

// submitted returns leads, the newest first.
func (s store) submitted(ctx context.Context, a account.ID, q FigureQuery, limit int) ([]submitted, error) {
	where, args := q.where(ctx, a, ofLeads)
	var rows []submitted
	err := s.db.Select(ctx, &rows, `SELECT x.id, x.form_id, x.ad_id, x.ad_set_id, x.campaign_id, x.submitted_at, t.category
		FROM leads AS x LEFT JOIN tasks AS t ON t.account_id = x.account_id AND t.id = x.task_id
		WHERE `+where+` ORDER BY x.submitted_at DESC, x.id DESC LIMIT ?`, append(args, limit)...)
	return rows, err
}

// clicked returns who came by an ad, the newest first.
func (s store) clicked(ctx context.Context, a account.ID, q FigureQuery, limit int) ([]submitted, error) {
	where, args := q.where(ctx, a, ofClicks)
	var rows []submitted
	err := s.db.Select(ctx, &rows, `SELECT x.id, x.conversation_id, x.ad_id, x.ad_title, x.came_at AS submitted_at, t.category
		FROM ad_clicks AS x LEFT JOIN tasks AS t ON t.account_id = x.account_id AND t.id = x.task_id
		WHERE `+where+` ORDER BY x.came_at DESC, x.id DESC LIMIT ?`, append(args, limit)...)
	return rows, err
}

// leadsOfAds returns the newest lead of each ad that somebody came by, if it tells the campaign: no click does.
func (s store) leadsOfAds(ctx context.Context, a account.ID, q FigureQuery) (map[string]submitted, error) {
	where, args := q.where(ctx, a, ofClicks)
	shown, hidden := storage.Shown(ctx, "leads", "k")
	args = append(append(append(args, a), hidden...), a)
	var rows []submitted
	err := s.db.Select(ctx, &rows, `SELECT l.id, l.ad_id, l.ad_set_id, l.campaign_id
		FROM (SELECT DISTINCT x.ad_id FROM ad_clicks AS x WHERE `+where+`) AS d
		JOIN leads AS l ON l.id = (SELECT k.id FROM leads AS k WHERE k.account_id = ? AND k.ad_id = d.ad_id
			AND k.campaign_id <> '' AND `+shown+` ORDER BY k.submitted_at DESC, k.id DESC LIMIT 1)
		WHERE l.account_id = ?`, args...)
	byAd := make(map[string]submitted, len(rows))
	for _, r := range rows {
		byAd[r.AdID] = r
	}
	return byAd, err
}

// firstTouches returns when a colleague first wrote something on the task of each row.
func (s store) firstTouches(ctx context.Context, a account.ID, q FigureQuery, of counted) (map[ids.ID]time.Time, error) {
	where, args := q.where(ctx, a, of)
	var rows []struct {
		ID         ids.ID
		OccurredAt time.Time
	}
	err := s.db.Select(ctx, &rows, strings.ReplaceAll(`SELECT x.id, c.occurred_at FROM `+of.table+` AS x
		JOIN comments AS c ON c.account_id = x.account_id AND c.task_id = x.task_id AND c.author_kind = 'staff'
			AND NOT c.history AND c.occurred_at >= x.@
		WHERE `+where+` AND NOT EXISTS (SELECT 1 FROM comments AS e WHERE e.account_id = c.account_id
			AND e.task_id = c.task_id AND e.author_kind = 'staff' AND NOT e.history AND e.occurred_at >= x.@
			AND (e.occurred_at < c.occurred_at OR e.occurred_at = c.occurred_at AND e.id < c.id))`, "@", of.at), args...)
	first := make(map[ids.ID]time.Time, len(rows))
	for _, r := range rows {
		first[r.ID] = r.OccurredAt
	}
	return first, err
}

func (s store) byIDs(ctx context.Context, a account.ID, list []ids.ID) ([]Lead, error) {
	var rows []Lead
	if len(list) == 0 {
		return rows, nil
	}
	err := s.db.Of(ctx, a).Where("id IN ?", list).Find(&rows).Error
	return rows, storage.Translate(err)
}
