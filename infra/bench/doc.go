// Command bench measures this project's command line beside restic, kopia and
// `tar | zstd -3`: the same data, the same S3 server, one after the other, in
// one run. `make bench` starts it.
//
// The words: a set is a generated source in two states, before and after about
// one hundredth of it has changed; an operation is what is measured (first,
// nochange, incremental, restore, verify, onefile, delete); a tool is a program
// that is measured, a peer one that is not ours. The sets P1 and P2 are on no
// disk: they show what a backup of one and of two million unchanged entries takes.
//
// Measured are the time on the clock, the processor time and the peak memory of
// the tool's process and its children, and what the operation added to the
// bucket. The server's own work is not counted. What a restore brought back is
// compared with the source; a tool that brings back something else is an error
// (kopia may bring back other times of directories).
//
// Before each measurement both states of the source lie in memory, nothing waits
// to be written to the disk, and free memory has just been touched: a tool must
// not pay for its place in the run.
//
// Peers run with their defaults and a password from the environment, and keep
// their caches in .local/bench.
package main
