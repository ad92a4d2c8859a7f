// Package clocktest is the clock of tests that move the time themselves, across
// goroutines and real servers, where testing/synctest cannot be used.
package clocktest
