// Package deliverytest plays delivery against the simulated Meta: the domain with the real adapters and the real calls, on a
// clock that stands until a test moves it, so that every wait is exact. What the simulator's ledger says was sent is the
// truth that states and words are compared with.
//
// Start with world_test.go, which is what every test runs on. There is nothing here but tests; whole processes are
// crashtest's.
package deliverytest
