package httpapi

import (
	"context"

	"kontor/domain/account"
	"kontor/domain/ids"
	"kontor/domain/inbound"
	"kontor/templates"
)

// TemplateWeek is who would get tasks in each hour of the week.
type TemplateWeek struct {
	TimeZone string     `json:"time_zone" doc:"in which the hours are"`
	Hours    []WeekHour `json:"hours" doc:"all 168, from Monday's first on"`
}

// WeekHour is one hour of the week.
type WeekHour struct {
	AssignedBy templates.Level `json:"assigned_by" enum:"template,form,channel,installer,owner," doc:"who named those who get it; empty when nobody gets it"`
	Available  []Party         `json:"available" doc:"some of those who get it and are there"`
	Count      int             `json:"count" doc:"how many are there"`
	Away       int             `json:"away" doc:"how many get it and are not there"`
}

// maxNamed is how many people an hour names; the others are counted.
const maxNamed = 5

type weekInput struct {
	ByID
	Body struct {
		ChannelID ids.ID               `json:"channel_id" format:"uuid" doc:"whose assignees stand in where the template names none"`
		Draft     ObjectTemplateChange `json:"draft,omitzero" doc:"what is to be different from the template as it is"`
	}
}

// weekOfTemplate shows when nobody would be there for what comes in.
func (a *API) weekOfTemplate(ctx context.Context, who account.Actor, in *weekInput) (*answer[TemplateWeek], error) {
	saved, err := a.Templates.Object(ctx, who.AccountID, in.ID)
	if err != nil {
		return nil, err
	}
	week, err := a.Inbound.Week(ctx, who, in.Body.ChannelID, in.Body.Draft.over(saved.Definition))
	return answered(showWeek(week), err)
}

func showWeek(week inbound.Coming) TemplateWeek {
	names := namesOf(week.People)
	shown := TemplateWeek{TimeZone: week.Zone, Hours: make([]WeekHour, len(week.Hours))}
	for i, h := range week.Hours {
		hour := WeekHour{AssignedBy: h.Level, Available: []Party{}, Count: len(h.Available), Away: h.Away}
		for _, id := range h.Available[:min(len(h.Available), maxNamed)] {
			hour.Available = append(hour.Available, partyOf(id, names))
		}
		shown.Hours[i] = hour
	}
	return shown
}
