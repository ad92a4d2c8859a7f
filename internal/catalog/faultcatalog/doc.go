// Package faultcatalog wraps a catalog and lets one call fail, before or after
// it took effect. A test counts the calls that something makes, then repeats it
// with a fault at each of them and checks what is left.
package faultcatalog
