package inbound

import (
	"context"
	"maps"
	"slices"

	"kontor/domain/channel"
	"kontor/domain/ids"
	"kontor/domain/lead"
)

// clicks notes who came by an ad, and which task came of it. Forms that were submitted in a conversation are leads, and
// counted as such.
func (b *batch) clicks(ctx context.Context) error {
	var came []lead.Click
	written, byAd := map[ids.ID]lead.Written{}, map[ids.ID]bool{}
	for _, a := range b.only(channel.Message, channel.Refer) {
		if a.in.Place != nil || a.conv.ID == ids.Nil {
			continue
		}
		if byAd[a.conv.ID] = byAd[a.conv.ID] || lead.IsAd(a.referral()); lead.IsAd(a.in.Referral) {
			came = append(came, lead.Click{
				AccountID: a.event.AccountID, ChannelID: a.event.ChannelID, ConversationID: a.conv.ID, EventID: a.event.ID,
				AdID: a.in.Referral.AdID, AdTitle: a.in.Referral.AdTitle, CameAt: a.in.OccurredAt,
			})
		}
		if byAd[a.conv.ID] && a.event.TaskID != nil {
			written[a.conv.ID] = lead.Written{AccountID: a.event.AccountID, ConversationID: a.conv.ID, TaskID: *a.event.TaskID}
		}
	}
	if err := b.Leads.Clicked(ctx, came); err != nil {
		return err
	}
	return b.Leads.Followed(ctx, slices.Collect(maps.Values(written)))
}
