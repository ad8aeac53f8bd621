// Package crashtest kills the program. Its tests build the real binary with fault points (package fault), run it as an
// operator does, as processes with a database and a Redis of their own beside a simulated Meta, end those processes at the
// worst moments, and look at what is left: nothing may be lost and nothing may have happened twice.
//
// Start with installation_test.go, which is what every test runs on. There is nothing here but tests.
package crashtest
