package meta

import (
	"net/http"
	"time"

	"kontor/domain/channel"
)

// rule says what an error of the platform means.
type rule struct {
	class  channel.Class
	reason string
	// doubtful: messages have arrived although the answer said this.
	doubtful bool
	// unreachable: the person cannot be written to until they write again.
	unreachable bool
	// refuses: it is the sort of file that is refused, and would be again.
	refuses bool
	// wait is how long it lasts at least, where the platform does not say.
	wait time.Duration
	// tries is how often it is worth trying, where that is less than usual.
	tries int
}

// code is a code and subcode of the platform's.
type code struct{ code, subcode int }

// all stands for every code. The platform gives one error now as code, now as subcode (2018300), and one subcode with
// several codes (1545041): a row {all, n} means n in either place.
const all = 0

// catalogue says what the platform's errors mean, a row for each meaning. Sources: Messenger Platform error codes
// (2026-06-25), Graph API error handling, recordings.
func catalogue() map[code]rule {
	rules := map[code]rule{}
	row := func(r rule, codes ...code) {
		for _, c := range codes {
			rules[c] = r
		}
	}
	rejected := func(reason string) rule { return rule{class: channel.Rejected, reason: reason} }
	admin := func(reason string) rule { return rule{class: channel.Disconnected, reason: reason} }

	// 2 is also what is said when the person has blocked the page.
	row(trouble(), code{1, all}, code{2, all}, code{1200, all})
	// "The messages were sent although the call answers with an error"; and a text that was just posted.
	row(rule{class: channel.Unconfirmed, reason: AnswerLost}, code{1, 1357046})
	row(rule{class: channel.Unconfirmed, reason: Duplicate}, code{506, all})

	row(rateLimited(), code{4, all}, code{17, all}, code{32, all}, code{341, all}, code{613, all}, code{9, 2018352})
	row(rule{class: channel.Throttled, reason: PageRestricted, wait: 3 * time.Hour}, code{all, 1893063})
	row(rule{class: channel.Throttled, reason: SpamBlocked, wait: 3 * time.Hour}, code{368, all})

	row(rule{class: channel.OutsideWindow, reason: WindowClosed}, code{all, 2018278}, code{all, 2018065}, code{all, 2534022})
	row(rejected(TagDead), code{all, 1893061})
	row(rejected(Bothersome), code{all, 2018338})
	row(rejected(PersonOptedOut), code{all, 1893015}, code{all, 1893016}, code{all, 1404170}, code{all, 2018354})

	row(rule{class: channel.Rejected, reason: PersonUnavailable, unreachable: true},
		code{551, all}, code{all, 1545041}, code{all, 2018108})
	// More often a fault of ours (another page's person) than a lost one, and so not marked unreachable.
	row(rejected(PersonUnknown), code{all, 2018001}, code{all, 2534014})
	row(rule{class: channel.Rejected, reason: RegionRestricted, refuses: true}, code{all, 2018336})
	row(rejected(NoProfile), code{all, 2018218}, code{all, 2018247})

	row(admin(TokenDead), code{190, all}, code{102, all}, code{104, all}, code{all, 458}, code{all, 459}, code{all, 460},
		code{all, 463}, code{all, 464}, code{all, 466}, code{all, 467}, code{all, 492})
	// 1/99 calls itself unknown; its documented cause is a missing permission. 1705 is a person's token for a page's act.
	row(admin(PermissionMissing), code{1, 99}, code{3, all}, code{10, all}, code{230, all}, code{283, all}, code{1705, all})
	row(admin(AppNotLive), code{all, 2018021}, code{all, 2018027}, code{all, 2018028})
	row(admin(AccessSwitchedOff), code{all, 2534041})
	row(admin(AccountLink), code{all, 2534077}, code{all, 2534013})
	row(admin(AccountBlocked), code{all, 2534029}, code{2022, all}, code{36103, all})
	row(rejected(TermsNotAccepted), code{all, 2018344}) // of one function only: it stops no channel

	row(rejected(ThreadControlled), code{all, 2018300}, code{all, 2534037})
	// The platform's own questions and answers end by themselves.
	row(rule{class: channel.Temporary, reason: ThreadControlled}, code{all, 2018321})

	// Too slow this time, or damaged: once more will tell.
	row(rule{class: channel.Temporary, reason: FileNotFetched, tries: 2}, code{all, 2018008})
	row(rule{class: channel.Temporary, reason: FileRefused, tries: 2}, code{all, 2018294})
	row(rejected(FileRefused), code{all, 2018047}, code{all, 2018074})
	row(rejected(FileTooLarge), code{all, 2018109})

	row(rejected(ObjectMissing), code{100, 33})
	row(rejected(LoginCode), code{100, 36007}, code{100, 36008}, code{100, 36009})
	row(rejected(AppSettings), code{101, all})
	row(rejected(MessageGone), code{9000001, all})
	row(rejected(PrivateReply), code{all, 2018292}, code{all, 2534025}, code{10902, all}, code{10903, all})

	row(rejected(BadRequest), code{100, all}, code{803, all}, code{2500, all}, code{2200, all}, code{all, 2018014},
		code{all, 2018034}, code{all, 2018048}, code{all, 2018164}, code{all, 2534015}, code{all, 2534068})
	return rules
}

func rateLimited() rule { return rule{class: channel.Throttled, reason: RateLimited} }

func trouble() rule { return rule{class: channel.Temporary, reason: PlatformTrouble, doubtful: true} }

// ruleFor finds what an error means: by code and subcode, by the subcode, by the code, by the code's range. An error that
// nobody has seen is still an answer: nothing was done. Whether to try again, a person decides, who can read it.
func ruleFor(rules map[code]rule, c code) rule {
	for _, key := range []code{c, {all, c.subcode}, {all, c.code}, {c.code, all}} {
		if r, ok := rules[key]; ok {
			return r
		}
	}
	switch {
	case c.code >= 200 && c.code <= 299:
		return rule{class: channel.Disconnected, reason: PermissionMissing}
	case c.code >= 80000 && c.code <= 80999: // the limits of single products
		return rateLimited()
	}
	return rule{class: channel.Rejected, reason: Unknown}
}

// ruleOf is what an error answer means. Numbers decide, never words: those are translated.
func ruleOf(rules map[code]rule, e apiError, status int) rule {
	r := ruleFor(rules, code{int(e.Code), int(e.Subcode)})
	switch {
	case status == http.StatusTooManyRequests && r.reason == Unknown:
		return rateLimited()
	case r.class == channel.Rejected && (bool(e.Transient) || status >= 500 && r.reason == Unknown):
		return trouble() // it will pass, it says; whether something was done all the same, a look will tell
	}
	return r
}
