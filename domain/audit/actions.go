package audit

// Exported is recorded when somebody takes the log along.
const Exported = "audit.exported"

// Actions are all that the log knows of, in order. A test finds the places that record, and another the words for each.
func Actions() []string {
	return []string{
		"account.changed", "account.created", "account.logo_changed", "account.terms_accepted", "attachment.link_revoked",
		"attachment.linked", Exported, "channel.access_changed", "channel.changed", "channel.connected", "channel.lost",
		"channel.recovered", "channel.refused", "channel.removed", "channel.resubscribed", "channel.switched",
		"comment.moderated", "configuration.applied", "connection.begun", "connection.erased", "connection.listed", "connection.lost",
		"connection.made", "connection.page_refused", "connection.refused", "connection.removed",
		"contact.changed", "contact.created", "contact.distinguished", "contact.erased", "contact.exported",
		"contact.list_exported", "contact.merged", "contact.unmerged", "contact_group.created",
		"contact_group.deleted", "contact_group.renamed", "contact_import.finished", "contact_import.started",
		"contact_import.uploaded", "events.declined", "events.imported", "events.replay_stopped", "events.replayed", "installation.restored", "invitation.created",
		"invitation.revoked", "invitation.sent_again", "label.set", "lead_form.backfill", "lead_form.changed",
		"lead_form.refused", "lead_form.tested", "lead_forms.synced", "message.cancelled", "message.left", "message.retried",
		"message.settled", "message.taken_up",
		"reminders.handed_over", "saved_reply.changed", "saved_reply.created", "saved_reply.deleted", "saved_reply_category.changed",
		"saved_reply_category.created", "saved_reply_category.deleted", "second_factor.codes_renewed",
		"second_factor.disabled", "second_factor.enabled", "second_factor.reset", "session.closed",
		"session.opened", "session.others_closed", "staff.added", "staff.changed", "staff.password_changed",
		"staff.password_reset", "staff.reset_offered", "status_set.changed", "status_set.created",
		"status_set.deleted", "task.changed", "task.handed_over", "task.merged", "task.merged_into", "task.split", "task.split_from",
		"task.unmerged", "task_view.changed", "task_view.created", "task_view.deleted", "team.changed",
		"team.created", "team.deleted", "template.changed", "template.created", "template.deleted",
		"template.made_standard", "token.created", "token.revoked",
	}
}
