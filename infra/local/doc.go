// Command local runs the whole of Vertex AR Backup on one machine.
//
//	local run     start the service with demo data; what make run does
//	local demo    prove backup, disaster and restore, step by step; make demo
//	local seed    write SEED_BACKUPS (10000) invented records into the catalog of
//	              the service that runs, to see it with many; nothing is stored
//
// It is run from inside the repository, which has the servers in .local/bin
// and .local/npm (make servers). run keeps its data in .local/run and listens
// on PORT (8080), S3_PORT (7070) and DYNAMODB_PORT (8000), all on loopback;
// settings come from the environment and from .env, by the names of
// .env.example. demo uses .local/demo, which it removes when all went well,
// free ports and no settings. SIGN_IN_LIFE is how long a sign-in lasts (8h),
// SIGN_IN_AGE how long ago it says that it was unless a fresh one was asked for
// (0); tests shorten the one and lengthen the other. DEMO_SCALE sizes the demo data: 1 is about 300 MB.
//
// The exit status is 0 when all went well, 1 when not, 2 for a wrong command line.
package main
