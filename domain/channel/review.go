package channel

// Reviewer is a kind whose platform wants to have an app reviewed before strangers may use it.
type Reviewer interface {
	// Review says what has to be entered and explained there, from how this installation is set up.
	Review() Review
}

// Review is what a platform asks of whoever wants an app reviewed. Codes are keys of the words.
type Review struct {
	AppID     string // empty: no app is set up
	Dashboard string // where all of it is entered
	Public    bool   // the platform can reach the addresses, as far as their text says
	Addresses []ReviewAddress
	Events    []string // webhook fields to subscribe
	Grants    []ReviewGrant
}

// ReviewAddress is an address to be entered.
type ReviewAddress struct {
	Code string // where
	URL  string
}

// ReviewGrant is a permission or feature to be asked for. Code.why says in the reviewer's language what it is used for,
// Code.show what to show in the screencast.
type ReviewGrant struct {
	Name    string
	Code    string
	Feature bool
	Needs   func(Settings) bool // whether a channel with these settings uses it; nil: every one does
}
