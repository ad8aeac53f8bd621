package httpapi

import (
	"slices"

	"github.com/labstack/echo/v4"

	"kontor/domain/task"
)

// Permission is what a route takes of its caller.
type Permission string

// The permissions. The last three are roles, of which a higher one may do what a lower one may.
const (
	Public Permission = "public" // nobody needs to sign in
	Person Permission = "person" // any staff member with a session of their own: what no token may do
	Member Permission = "member" // any staff member, also through a token
	Admin  Permission = "admin"
	Owner  Permission = "owner"
)

// Route is a row of the table.
type Route struct {
	Method     string
	Path       string // below Base
	ID         string // of the operation in the OpenAPI document
	Permission Permission
	handler    handler
}

// Routes is the table of the whole API. Adding a route is a row here and its handler in the feature's file; the test of
// the route matrix then asks for a sample of it.
func (a *API) Routes() []Route {
	return []Route{
		{"GET", "/sign-in", "get-ways-in", Public, handle(a.getWays)},
		{"POST", "/set-up", "set-up", Public, handle(a.setUp).small()},
		{"POST", "/session", "sign-in", Public, handle(a.signIn).small()},
		{"POST", "/session/second-factor", "sign-in-further", Public, handle(a.signInFurther).small()},
		{"PATCH", "/session", "switch-account", Person, handle(a.switchAccount).first()},
		{"DELETE", "/session", "sign-out", Person, handle(a.signOut).first()},
		{"POST", "/password-resets", "request-reset", Public, handle(a.requestReset).small()},
		{"POST", "/password-resets/redeem", "reset-password", Public, handle(a.resetPassword).small()},
		{"GET", "/sessions", "list-sessions", Person, handle(a.listSessions)},
		{"DELETE", "/sessions", "end-other-sessions", Person, handle(a.endOtherSessions)},
		{"DELETE", "/sessions/{id}", "end-session", Person, handle(a.endSession)},

		{"GET", "/me", "get-me", Member, handle(a.getMe).first()},
		{"PATCH", "/me", "change-me", Person, handle(a.changeMe)},
		{"POST", "/me/password", "change-password", Person, handle(a.changePassword)},
		{"GET", "/me/second-factor", "get-second-factor", Person, handle(a.getSecondFactor).first()},
		{"POST", "/me/second-factor", "begin-second-factor", Person, handle(a.beginSecondFactor).first()},
		{"POST", "/me/second-factor/confirm", "confirm-second-factor", Person, handle(a.confirmSecondFactor).first()},
		{"POST", "/me/second-factor/disable", "disable-second-factor", Person, handle(a.disableSecondFactor)},
		{"POST", "/me/second-factor/recovery-codes", "renew-recovery-codes", Person, handle(a.renewRecoveryCodes)},

		{"GET", "/installation", "get-installation", Member, handle(a.getInstallation)},
		{"GET", "/installation/health", "get-installation-health", Admin, handle(a.getHealth).apart()},
		{"POST", "/installation/check", "check-installation", Admin, handle(a.checkInstallation).apart()},
		{"GET", "/account", "get-account", Member, handle(a.getAccount)},
		{"PATCH", "/account", "change-account", Admin, handle(a.changeAccount)},
		{"GET", "/account/logo", "get-logo", Member, handle(a.getLogo)},
		{"PUT", "/account/logo", "set-logo", Admin, a.uploads(logoUpload(), handle(a.setLogo))},
		{"DELETE", "/account/logo", "remove-logo", Admin, handle(a.removeLogo)},
		{"GET", "/account/terms", "get-terms", Member, handle(a.getTerms)},
		{"POST", "/account/terms", "accept-terms", Admin, handle(a.acceptTerms)},
		{"GET", "/configuration.yaml", "export-configuration", Admin, handle(a.exportConfiguration)},
		{"POST", "/configuration/plan", "plan-configuration", Admin, handle(a.planConfiguration).roomy().apart()},
		{"POST", "/configuration/apply", "apply-configuration", Admin, handle(a.applyConfiguration).roomy().apart()},

		{"POST", "/channels/connect/{kind}", "begin-connecting", Admin, handle(a.beginConnecting)},
		{"GET", "/channels/connections", "list-connections", Admin, handle(a.listConnections)},
		{"GET", "/channels/connections/{id}", "get-connection", Admin, handle(a.getConnection)},
		{"POST", "/channels/connections/{id}/pages", "choose-pages", Admin, handle(a.choosePages).apart()},
		{"POST", "/channels/connections/{id}/refresh", "refresh-connection", Admin, handle(a.refreshConnection).apart()},
		{"DELETE", "/channels/connections/{id}", "remove-connection", Admin, handle(a.removeConnection)},

		{"GET", "/staff", "list-staff", Member, handle(a.listStaff)},
		{"POST", "/staff", "add-staff", Admin, create(a.addStaff)},
		{"GET", "/staff/{id}", "get-staff", Member, handle(a.getStaff)},
		{"PATCH", "/staff/{id}", "change-staff", Admin, handle(a.changeStaff)},

		{"GET", "/staff/{id}/work", "get-work", Admin, handle(a.getWork)},
		{"POST", "/staff/{id}/hand-over", "hand-over", Admin, handle(a.handOver).apart()},
		{"DELETE", "/staff/{id}/second-factor", "reset-second-factor", Admin, handle(a.resetSecondFactor)},
		{"POST", "/staff/{id}/password-reset", "offer-reset", Admin, handle(a.offerReset)},

		{"GET", "/invitations", "list-invitations", Admin, handle(a.listInvitations)},
		{"POST", "/invitations", "invite", Admin, create(a.invite)},
		{"POST", "/invitations/{id}/resend", "resend-invitation", Admin, handle(a.resendInvitation)},
		{"DELETE", "/invitations/{id}", "revoke-invitation", Admin, handle(a.revokeInvitation)},
		{"POST", "/invitations/welcome", "welcome", Public, handle(a.welcome).small()},
		{"POST", "/invitations/accept", "accept-invitation", Public, handle(a.acceptInvitation).small()},

		{"GET", "/access", "list-access", Admin, handle(a.listAccess)},
		{"GET", "/channels/{id}/access", "get-channel-access", Admin, handle(a.getChannelAccess)},
		{"PUT", "/channels/{id}/access", "set-channel-access", Admin, handle(a.setChannelAccess)},

		{"GET", "/teams", "list-teams", Member, handle(a.listTeams)},
		{"POST", "/teams", "create-team", Admin, create(a.createTeam)},
		{"GET", "/teams/{id}", "get-team", Member, handle(a.getTeam)},
		{"PATCH", "/teams/{id}", "change-team", Admin, handle(a.changeTeam)},
		{"DELETE", "/teams/{id}", "delete-team", Admin, handle(a.deleteTeam)},

		{"GET", "/tokens", "list-tokens", Member, handle(a.listTokens)},
		{"POST", "/tokens", "create-token", Person, create(a.createToken)},
		{"DELETE", "/tokens/{id}", "revoke-token", Member, handle(a.revokeToken)},

		{"GET", "/tasks", "list-tasks", Member, handle(a.listTasks)},
		{"POST", "/tasks", "create-task", Member, create(a.createTask)},
		{"GET", "/tasks/counts", "count-tasks", Member, handle(a.countTasks)},
		{"GET", "/tasks/tallies", "tally-tasks", Member, handle(a.tallyTasks)},
		{"POST", "/tasks/bulk", "bulk-change-tasks", Member, handle(a.bulkTasks)},
		{"GET", "/task-views", "list-task-views", Member, handle(a.listTaskViews)},
		{"POST", "/task-views", "create-task-view", Member, create(a.createTaskView)},
		{"PUT", "/task-views/order", "order-task-views", Member, handle(a.orderTaskViews)},
		{"PATCH", "/task-views/{id}", "change-task-view", Member, handle(a.changeTaskView)},
		{"DELETE", "/task-views/{id}", "delete-task-view", Member, handle(a.deleteTaskView)},
		{"GET", "/tasks/{id}", "get-task", Member, handle(a.getTask)},
		{"PATCH", "/tasks/{id}", "change-task", Member, handle(a.changeTask)},
		{"GET", "/tasks/{id}/comments", "list-comments", Member, handle(a.listComments)},
		{"POST", "/tasks/{id}/comments", "add-comment", Member, create(a.addComment)},
		{"POST", "/tasks/{id}/comments/parts", "split-text", Member, handle(a.commentParts)},
		{"GET", "/drafts", "list-draft-marks", Member, handle(a.listDraftMarks)},
		{"GET", "/tasks/{id}/drafts", "list-drafts", Member, handle(a.listDrafts)},
		{"PUT", "/tasks/{id}/drafts/{way}", "set-draft", Member, handle(a.setDraft)},
		{"DELETE", "/tasks/{id}/drafts/{way}", "delete-draft", Member, handle(a.dropDraft)},
		{"GET", "/tasks/{id}/why", "explain-task", Member, handle(a.whyTask)},
		{"GET", "/tasks/{id}/reply-window", "get-reply-window", Member, handle(a.replyWindow)},
		{"GET", "/tasks/{id}/history", "list-task-history", Member, handle(a.taskHistory)},
		{"POST", "/tasks/{id}/accept", "accept-task", Member, handle(a.acceptTask)},
		{"POST", "/tasks/{id}/merge", "merge-task", Member, handle(a.mergeTask)},
		{"POST", "/tasks/{id}/unmerge", "unmerge-task", Member, handle(a.unmergeTask)},
		{"POST", "/tasks/{id}/split", "split-task", Member, create(a.splitTask)},
		{"POST", "/tasks/{id}/presence", "note-presence", Person, handle(a.notePresence)},
		{"GET", "/tasks/{id}/reminders", "list-reminders", Member, handle(a.listReminders)},
		{"POST", "/tasks/{id}/reminders", "add-reminder", Member, create(a.remind)},
		{"DELETE", "/reminders/{id}", "delete-reminder", Member, handle(a.forgetReminder)},
		{"GET", "/notifications", "list-notifications", Member, handle(a.listNotifications)},
		{"POST", "/notifications/read", "read-notifications", Member, handle(a.readNotifications)},
		{"GET", "/tags", "list-tags", Member, a.labelsOf(task.TagLabel)},
		{"POST", "/tags", "set-tag", Member, a.setLabel(task.TagLabel)},
		{"POST", "/tags/rename", "rename-tag", Admin, a.renameLabel(task.TagLabel)},
		{"POST", "/tags/delete", "delete-tag", Admin, a.deleteLabel(task.TagLabel)},
		{"GET", "/topics", "list-topics", Member, a.labelsOf(task.TopicLabel)},
		{"POST", "/topics", "set-topic", Member, a.setLabel(task.TopicLabel)},
		{"POST", "/topics/rename", "rename-topic", Admin, a.renameLabel(task.TopicLabel)},
		{"POST", "/topics/delete", "delete-topic", Admin, a.deleteLabel(task.TopicLabel)},

		{"GET", "/comments/{id}/reply-window", "get-comment-window", Member, handle(a.commentWindow)},
		{"POST", "/comments/{id}/moderate", "moderate-comment", Member, handle(a.moderateComment).apart()},

		{"GET", "/channels/{id}/message-templates", "list-message-templates", Member, handle(a.messageTemplates).apart()},
		{"GET", "/messages", "list-messages", Admin, handle(a.listMessages)},
		{"POST", "/messages/retry", "retry-messages", Admin, handle(a.retryMessages)},
		{"POST", "/messages/leave", "leave-messages", Admin, handle(a.leaveMessages)},
		{"POST", "/messages/take-up", "take-up-messages", Admin, handle(a.takeUpMessages)},
		{"GET", "/messages/{id}", "get-message", Member, handle(a.getMessage)},
		{"POST", "/messages/{id}/retry", "retry-message", Member, handle(a.retryMessage)},
		{"POST", "/messages/{id}/settle", "settle-message", Member, handle(a.settleMessage)},
		{"POST", "/messages/{id}/cancel", "cancel-message", Member, handle(a.cancelMessage)},
		{"POST", "/messages/{id}/leave", "leave-message", Member, handle(a.leaveMessage)},
		{"GET", "/delivery-report", "get-delivery-report", Admin, handle(a.deliveryReport)},
		{"GET", "/delivery-report.csv", "export-delivery-report", Admin, handle(a.exportMessages)},

		{"GET", "/reports", "get-report", Member, handle(a.getReport)},
		{"GET", "/reports.csv", "export-report", Member, handle(a.exportReport)},

		{"GET", "/contacts", "list-contacts", Member, handle(a.listContacts)},
		{"POST", "/contacts", "create-contact", Member, create(a.createContact)},
		{"GET", "/contacts.csv", "export-contacts", Member, handle(a.exportContacts)},
		{"POST", "/contacts/bulk", "bulk-change-contacts", Member, handle(a.bulkContacts)},
		{"GET", "/contacts/duplicates", "list-duplicates", Member, handle(a.listDuplicates)},
		{"POST", "/contacts/duplicates/dismiss", "dismiss-duplicate", Member, handle(a.distinguishContacts)},
		{"GET", "/contacts/{id}", "get-contact", Member, handle(a.getContact)},
		{"PATCH", "/contacts/{id}", "change-contact", Member, handle(a.changeContact)},
		{"GET", "/contacts/{id}/comments", "list-contact-comments", Member, handle(a.contactTimeline)},
		{"GET", "/contacts/{id}/notes", "list-contact-notes", Member, handle(a.listContactNotes)},
		{"POST", "/contacts/{id}/notes", "add-contact-note", Member, create(a.addContactNote)},
		{"PATCH", "/contact-notes/{id}", "change-contact-note", Member, handle(a.changeContactNote)},
		{"DELETE", "/contact-notes/{id}", "delete-contact-note", Member, handle(a.deleteContactNote)},
		{"GET", "/contacts/{id}/mergers", "list-mergers", Member, handle(a.listMergers)},
		{"POST", "/contacts/{id}/merge", "merge-contacts", Member, handle(a.mergeContacts)},
		{"POST", "/contacts/{id}/unmerge", "unmerge-contact", Member, handle(a.unmergeContact)},
		{"GET", "/contacts/{id}/export", "export-contact", Admin, handle(a.exportContact)},
		{"POST", "/contacts/{id}/erase", "erase-contact", Admin, handle(a.eraseContact)},

		{"GET", "/contact-tags", "list-contact-tags", Member, handle(a.listContactTags)},
		{"GET", "/contact-groups", "list-contact-groups", Member, handle(a.listContactGroups)},
		{"POST", "/contact-groups", "create-contact-group", Member, create(a.createContactGroup)},
		{"PATCH", "/contact-groups/{id}", "change-contact-group", Member, handle(a.changeContactGroup)},
		{"DELETE", "/contact-groups/{id}", "delete-contact-group", Member, handle(a.deleteContactGroup)},

		{"GET", "/contact-imports", "list-contact-imports", Member, handle(a.listContactImports)},
		{"POST", "/contact-imports", "upload-contacts", Member, a.uploads(anyFile(), create(a.uploadContacts))},
		{"GET", "/contact-imports/{id}", "get-contact-import", Member, handle(a.getContactImport)},
		{"POST", "/contact-imports/{id}/start", "start-contact-import", Member, handle(a.startContactImport)},
		{"GET", "/contact-imports/{id}/refused.csv", "download-refused-lines", Member, handle(a.refusedLines)},

		{"POST", "/attachments", "upload-file", Member, a.uploads(anyFile(), create(a.uploadFile))},
		{"GET", "/attachments/{id}", "download-file", Member, handle(a.downloadFile)},
		{"DELETE", "/attachments/{id}/link", "revoke-file-link", Member, handle(a.revokeFileLink)},

		{"GET", "/channel-kinds", "list-channel-kinds", Member, handle(a.listKinds)},
		{"GET", "/channel-kinds/{kind}/review", "get-review-kit", Admin, handle(a.getReviewKit)},
		{"GET", "/channel-kinds/{kind}/review.md", "export-review-kit", Admin, handle(a.exportReviewKit)},
		{"GET", "/channels", "list-channels", Member, handle(a.listChannels)},
		{"POST", "/channels", "connect-channel", Admin, create(a.connectChannel).apart()},
		{"POST", "/channels/media", "set-media", Admin, handle(a.setMedia)},
		{"GET", "/channels/{id}", "get-channel", Member, handle(a.getChannel)},
		{"PATCH", "/channels/{id}", "change-channel", Admin, handle(a.changeChannel)},
		{"DELETE", "/channels/{id}", "remove-channel", Admin, handle(a.removeChannel)},
		{"POST", "/channels/{id}/check", "check-channel", Admin, handle(a.checkChannel).apart()},
		{"GET", "/channels/{id}/what-if", "get-what-if", Admin, handle(a.whatIf)},
		{"GET", "/channels/{id}/reconciliation", "get-reconciliation", Admin, handle(a.getReconciliation)},
		{"POST", "/channels/{id}/held/import", "import-held-events", Admin, handle(a.importHeld)},
		{"POST", "/channels/{id}/held/decline", "decline-held-events", Admin, handle(a.declineHeld)},

		{"GET", "/channels/{id}/lead-forms", "list-lead-forms", Member, handle(a.listLeadForms)},
		{"POST", "/channels/{id}/lead-forms/sync", "sync-lead-forms", Admin, handle(a.syncLeadForms).apart()},
		{"GET", "/lead-forms/{id}", "get-lead-form", Member, handle(a.getLeadForm)},
		{"PATCH", "/lead-forms/{id}", "change-lead-form", Admin, handle(a.changeLeadForm)},
		{"POST", "/lead-forms/{id}/backfill", "backfill-lead-form", Admin, handle(a.backfillLeadForm)},
		{"POST", "/lead-forms/{id}/test-lead", "make-test-lead", Admin, create(a.makeTestLead).apart()},
		{"GET", "/lead-figures", "get-lead-figures", Member, handle(a.leadFigures)},
		{"GET", "/lead-figures.csv", "export-lead-figures", Member, handle(a.exportLeadFigures)},
		{"GET", "/tasks/{id}/leads", "list-task-leads", Member, handle(a.listTaskLeads)},

		{"GET", "/object-templates", "list-object-templates", Member, handle(a.listObjectTemplates)},
		{"POST", "/object-templates", "create-object-template", Admin, create(a.createObjectTemplate)},
		{"GET", "/object-templates/{id}", "get-object-template", Member, handle(a.getObjectTemplate)},
		{"PATCH", "/object-templates/{id}", "change-object-template", Admin, handle(a.changeObjectTemplate)},
		{"DELETE", "/object-templates/{id}", "delete-object-template", Admin, handle(a.deleteObjectTemplate)},
		{"GET", "/object-templates/{id}/versions", "list-object-template-versions", Member, handle(a.listObjectVersions)},
		{"GET", "/object-templates/{id}/versions/{version}", "get-object-template-version", Member, handle(a.getObjectVersion)},
		{"POST", "/object-templates/{id}/revert", "revert-object-template", Admin, handle(a.revertObjectTemplate)},
		{"POST", "/object-templates/{id}/standard", "make-object-template-standard", Admin, handle(a.standardObjectTemplate)},
		{"POST", "/object-templates/{id}/preview", "preview-object-template", Admin, handle(a.previewObjectTemplate)},
		{"POST", "/object-templates/{id}/week", "week-of-object-template", Admin, handle(a.weekOfTemplate)},

		{"GET", "/contact-templates", "list-contact-templates", Member, handle(a.listContactTemplates)},
		{"POST", "/contact-templates", "create-contact-template", Admin, create(a.createContactTemplate)},
		{"GET", "/contact-templates/{id}", "get-contact-template", Member, handle(a.getContactTemplate)},
		{"PATCH", "/contact-templates/{id}", "change-contact-template", Admin, handle(a.changeContactTemplate)},
		{"DELETE", "/contact-templates/{id}", "delete-contact-template", Admin, handle(a.deleteContactTemplate)},
		{"GET", "/contact-templates/{id}/versions", "list-contact-template-versions", Member, handle(a.listContactVersions)},
		{"GET", "/contact-templates/{id}/versions/{version}", "get-contact-template-version", Member, handle(a.getContactVersion)},
		{"POST", "/contact-templates/{id}/revert", "revert-contact-template", Admin, handle(a.revertContactTemplate)},
		{"POST", "/contact-templates/{id}/standard", "make-contact-template-standard", Admin, handle(a.standardContactTemplate)},
		{"POST", "/contact-templates/{id}/preview", "preview-contact-template", Admin, handle(a.previewContactTemplate)},
		{"GET", "/template-variables", "list-template-variables", Member, handle(a.listVariables)},
		{"POST", "/patterns/try", "try-pattern", Member, handle(a.tryPattern)},

		{"GET", "/saved-replies", "list-saved-replies", Member, handle(a.listReplies)},
		{"POST", "/saved-replies", "create-saved-reply", Member, create(a.createReply)},
		{"GET", "/saved-replies/{id}", "get-saved-reply", Member, handle(a.getReply)},
		{"PATCH", "/saved-replies/{id}", "change-saved-reply", Member, handle(a.changeReply)},
		{"DELETE", "/saved-replies/{id}", "delete-saved-reply", Member, handle(a.deleteReply)},
		{"POST", "/saved-replies/{id}/render", "render-saved-reply", Member, handle(a.renderReply)},
		{"GET", "/saved-reply-categories", "list-saved-reply-categories", Member, handle(a.listReplyCategories)},
		{"POST", "/saved-reply-categories", "create-saved-reply-category", Member, create(a.createReplyCategory)},
		{"PATCH", "/saved-reply-categories/{id}", "change-saved-reply-category", Member, handle(a.changeReplyCategory)},
		{"DELETE", "/saved-reply-categories/{id}", "delete-saved-reply-category", Member, handle(a.deleteReplyCategory)},

		{"GET", "/status-sets", "list-status-sets", Member, handle(a.listStatusSets)},
		{"POST", "/status-sets", "create-status-set", Admin, create(a.createStatusSet)},
		{"GET", "/status-sets/{id}", "get-status-set", Member, handle(a.getStatusSet)},
		{"PATCH", "/status-sets/{id}", "change-status-set", Admin, handle(a.changeStatusSet)},
		{"DELETE", "/status-sets/{id}", "delete-status-set", Admin, handle(a.deleteStatusSet)},

		{"GET", "/events", "list-events", Admin, handle(a.listEvents)},
		{"POST", "/events/replay", "replay-events", Admin, handle(a.replayEvents)},
		{"GET", "/events/replays", "list-replays", Admin, handle(a.listReplays)},
		{"GET", "/events/replays/{id}", "get-replay", Admin, handle(a.getReplay)},
		{"POST", "/events/replays/{id}/stop", "stop-replay", Admin, handle(a.stopReplay)},
		{"GET", "/events/counts", "count-events", Admin, handle(a.countEvents)},
		{"GET", "/events/{id}", "get-event", Admin, handle(a.getEvent)},

		{"GET", "/audit", "list-audit", Admin, handle(a.listAudit)},
		{"GET", "/audit/actions", "list-audit-actions", Admin, handle(a.listAuditActions)},
		{"GET", "/audit.csv", "export-audit", Admin, handle(a.exportAudit)},
		{"GET", "/audit.ndjson", "export-audit-lines", Admin, handle(a.exportAuditLines)},

		{"GET", "/stream", "stream", Member, stream()},
	}
}

// plainRoute is an address outside the API.
type plainRoute struct {
	method, path string
	handle       echo.HandlerFunc
}

// plain are the addresses beside the API. They take no sign-in, and show nothing of any account.
func (a *API) plain() []plainRoute {
	return append(slices.Concat(a.doors(), a.landings(), a.notices(), a.sso(), a.fileLinks()), []plainRoute{
		{"GET", "/healthz", a.healthz},
		{"GET", "/readyz", a.readyz},
		{"GET", "/metrics", a.metrics()},
		{"GET", Base + "/openapi.json", a.document},
		{"GET", docsPath, docsPage("index.html")},
		{"GET", docsPath + "/docs.js", docsPage("docs.js")},
		{"GET", docsPath + "/docs.css", docsPage("docs.css")},
	}...)
}
