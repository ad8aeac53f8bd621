// Package peertest is about the bugs that programs like Kontor have had: messages lost, doubled or out of order. Each of them
// has a test whose name begins with TestPeerBug_ and the program's name; list_test.go says which test proves what, and why
// something has none. It also lists what goes wrong with queues and machines, with the tests of that.
//
// The tests here run the whole program against the simulated Meta. Those in which processes die are in crashtest, those that
// need a clock of their own in deliverytest. There is nothing here but tests.
package peertest
