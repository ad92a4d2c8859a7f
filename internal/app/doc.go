// Package app is the composition root: the one place that reads the
// configuration, makes the AWS clients and puts the service together. It has
// one constructor a function ([Create], [List], [Restore], …), so that each
// links only what its verb needs, and [Open] for a laptop, where everything
// runs in one process.
//
// Nothing below it reads the environment, and nothing below it knows whether
// it runs in AWS or not: only endpoints and credentials differ, and those come
// from the environment as every AWS SDK reads them.
package app
