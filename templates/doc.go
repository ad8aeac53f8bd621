// Package templates says what an object template and a contact template is: which fields they have and how values are
// checked, which statuses a task can be in, how patterns are written, how a first message fills a task and a contact,
// and who gets the task. It also holds the presets every account starts with.
//
// Everything is a pure function of its arguments: nothing is stored, nothing is read from outside, the time comes in as
// a value. So each part also works on a draft nobody has saved, which is how previews are made. Storing and versioning
// templates, finding the contact, and making the task are the business of the domain packages above.
//
// Start with Object in object.go and Contact in contact.go, then Scope in scope.go (what patterns may read) and
// ObjectFiller.Fill in fill.go. Words for people appear in presets/*.yaml only; code carries the stable codes listed in
// codes.go.
package templates
