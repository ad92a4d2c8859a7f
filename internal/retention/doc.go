// Package retention decides which backups to keep. It is pure: it knows
// neither storage nor clock, and says of every kept backup why.
package retention
