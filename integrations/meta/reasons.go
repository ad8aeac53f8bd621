package meta

// The reasons of failures: stable codes, and the keys of the words in texts/, which say what happened and what to do.
const (
	WindowClosed      = "delivery.window_closed"
	TokenDead         = "delivery.token_dead"
	PermissionMissing = "delivery.permission_missing"
	AppNotLive        = "delivery.app_not_live"
	AccountLink       = "delivery.account_link"       // what ties page, profile and login together is broken
	AccountBlocked    = "delivery.account_blocked"    // the platform does not let the business write
	AccessSwitchedOff = "delivery.access_off"         // the account's owner does not let apps read messages
	PageRestricted    = "delivery.page_restricted"    // for some hours
	SpamBlocked       = "delivery.spam_blocked"       // for some hours
	TermsNotAccepted  = "delivery.terms"              // a page's admin must accept terms first
	RateLimited       = "delivery.rate_limited"       // too many calls
	PersonUnavailable = "delivery.person_unavailable" // blocked the page, left, or takes no messages
	PersonUnknown     = "delivery.person_unknown"     // not a person of this page
	PersonOptedOut    = "delivery.person_opted_out"   // of notifications
	Bothersome        = "delivery.bothersome"         // warning: too many tagged messages to one person
	RegionRestricted  = "delivery.region_restricted"  // privacy rules of Europe or Japan
	ThreadControlled  = "delivery.thread_controlled"  // another program has the conversation
	TagDead           = "delivery.tag_dead"           // a message tag the platform has given up
	FileNotFetched    = "delivery.file_not_fetched"   // the platform could not read the file in time
	FileRefused       = "delivery.file_refused"       // broken, or not what its type says
	FileTooLarge      = "delivery.file_too_large"
	FileType          = "delivery.file_type"
	FileUnreadable    = "delivery.file_unreadable" // we could not read our own file
	TextTooLong       = "delivery.text_too_long"
	PrivateReply      = "delivery.private_reply" // not possible, or already made
	Duplicate         = "delivery.duplicate"     // the platform has the same already: probably ours
	MessageGone       = "delivery.message_gone"
	ObjectMissing     = "delivery.object_missing" // gone, or not to be seen by us
	NoProfile         = "delivery.no_profile"
	BadRequest        = "delivery.bad_request" // a fault of this program
	PlatformTrouble   = "delivery.platform_trouble"
	Network           = "delivery.network"     // the platform was not reached
	AnswerLost        = "delivery.answer_lost" // sent off, and no answer that says what became of it
	NoUtility         = "delivery.no_utility"  // the permission for utility templates is missing
	TemplateRefused   = "delivery.template_refused"
	Unknown           = "delivery.unknown" // a code nobody has seen

	WrongPage     = "connection.wrong_page"     // the token is not this page's
	OtherApp      = "connection.other_app"      // the token was made for another app
	NotSubscribed = "connection.not_subscribed" // the platform did not take the subscription

	NotConfigured = "connection.not_configured" // the operator has not set up an app
	AppSettings   = "connection.app_settings"   // the app id or secret that is set up is not right
	LoginCode     = "connection.login_code"     // the code of a login was used before, or is too old

	PermissionNotGiven = "connection.permission_not_given" // switched off at the login
	PageNotTicked      = "connection.page_not_ticked"      // given, but not for this page
	TaskMissing        = "connection.task_missing"         // the person may not do it on the page themselves
	InBusiness         = "connection.in_business"          // ticked, and yet not to be seen: it belongs to a Business
	NoPages            = "connection.no_pages"
	NotListed          = "connection.not_listed" // what to do about a page that is missing in the list

	TokenExpires = "connection.token_expires" // soon
	DataExpires  = "connection.data_expires"  // the time for which people's data may be seen ends soon
	DataExpired  = "connection.data_expired"
	Resubscribed = "connection.resubscribed"  // events had stopped coming, and come again
	FieldsLost   = "connection.fields_lost"   // some events had stopped coming, and come again
	AppDeaf      = "connection.app_deaf"      // the app sends no events of this sort at all
	AppElsewhere = "connection.app_elsewhere" // it sends them to another address
	AppFields    = "connection.app_fields"    // it sends some of them only
	Unpublished  = "connection.unpublished"   // nobody sees the page
	Clock        = "connection.clock"         // ours and the platform's differ
	NotReachable = "connection.not_reachable"
	WrongAnswer  = "connection.wrong_answer" // our own door did not take what was rightly signed
	LocalAddress = "connection.local_address"
)

// Reasons returns all of them.
func Reasons() []string {
	return []string{
		WindowClosed, TokenDead, PermissionMissing, AppNotLive, AccountLink, AccountBlocked, AccessSwitchedOff,
		PageRestricted, SpamBlocked, TermsNotAccepted, RateLimited, PersonUnavailable, PersonUnknown, PersonOptedOut,
		Bothersome, RegionRestricted, ThreadControlled, TagDead, FileNotFetched, FileRefused, FileTooLarge, FileType,
		FileUnreadable, TextTooLong, PrivateReply, Duplicate, MessageGone, ObjectMissing, NoProfile, BadRequest,
		PlatformTrouble, Network, AnswerLost, NoUtility, TemplateRefused, Unknown, WrongPage, OtherApp, NotSubscribed, NotConfigured, AppSettings, LoginCode,
		PermissionNotGiven, PageNotTicked, TaskMissing, InBusiness, NoPages, NotListed,
		TokenExpires, DataExpires, DataExpired, Resubscribed, FieldsLost, AppDeaf, AppElsewhere, AppFields, Unpublished, Clock, NotReachable, WrongAnswer, LocalAddress,
	}
}
