package fault

// Points are the names of all points, in the order in which work passes them. A test compares them with the code.
func Points() []string {
	return []string{
		"accept.at_once", "accept.before_insert", "accept.before_commit", "accept.after_commit",
		"process.claimed", "process.before_close", "process.before_commit", "process.after_commit", "process.before_quarantine", "replay.before_commit",
		"wait.before_rouse", "catchup.after_read", "catchup.before_commit",
		"due.claimed", "tx.before_commit", "tx.after_commit",
		"deliver.claimed", "deliver.before_attempt", "deliver.after_attempt", "deliver.after_send", "deliver.before_record",
		"deliver.after_record", "settle.asked", "settle.before_commit", "settle.interrupted", "echo.before_ring",
		"answer.before_commit", "idempotency.before_answer", "idempotency.after_commit",
		"task.before_change", "task.before_merge_commit", "task.before_split_commit", "task.before_wake_commit",
		"task.before_reminder", "task.before_stale", "task.between_bulk", "history.after_read", "history.before_show",
		"lead.after_read", "lead.before_commit", "sync.after_form", "sync.before_want", "backfill.after_page",
		"profile.after_read", "profile.before_learn", "post.after_read", "file.after_fetch", "file.before_commit", "mail.after_send",
		"contact.before_merge_commit", "contact.before_unmerge_commit", "contact.before_erase_commit",
		"import.after_line", "import.before_commit", "import.before_finish",
	}
}
