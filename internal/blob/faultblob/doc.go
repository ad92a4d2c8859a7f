// Package faultblob wraps a blob.Store and makes one of its calls fail where a
// test says: before it takes effect, after it took effect, or in the middle.
//
// A test that wants to see every failure first runs without one to learn how
// many calls there are ([Store.Calls]), then once for each of them.
package faultblob
