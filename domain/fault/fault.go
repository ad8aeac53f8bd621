//go:build !faults

// Package fault marks the points at which the crash tests stop the program: after the claim, before the commit, between
// the platform's acceptance and our own commit. In an ordinary build a point is an empty function that costs nothing;
// with the build tag "faults" (faults_on.go) the environment names the point at which the process ends itself.
package fault

// Point marks a place in the program by its name, as "deliver.after_send".
func Point(string) {}
