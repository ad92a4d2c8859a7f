package backup

import "time"

// Role is what one may do.
type Role string

// The roles, by the names that the identity provider's groups have.
const (
	RoleAdmin  Role = "backup-admins"  // everything
	RoleViewer Role = "backup-viewers" // read
)

// Actor is who asks. Its zero value is nobody.
type Actor struct {
	Subject  string
	Email    string
	Role     Role
	AuthTime time.Time // when they last proved who they are
	Address  string    // from where, an IP address
}

// Name returns how records and the audit log call the actor.
func (a Actor) Name() string {
	if a.Email != "" {
		return a.Email
	}
	return a.Subject
}

// Identity returns how the audit log calls the actor: by the subject, which nobody
// can choose, with the address that the issuer vouches for.
func (a Actor) Identity() string {
	if a.Email == "" || a.Subject == "" {
		return a.Name()
	}
	return a.Email + " (" + a.Subject + ")"
}

// CanRead reports whether the actor may look at backups.
func (a Actor) CanRead() bool { return a.Role == RoleViewer || a.Role == RoleAdmin }

// CanWrite reports whether the actor may change anything.
func (a Actor) CanWrite() bool { return a.Role == RoleAdmin }

// FreshSignIn is how recent a sign-in must be for what destroys or hands out much.
const FreshSignIn = 5 * time.Minute

// Fresh reports whether the actor signed in at most FreshSignIn before now. A time
// in the future proves nothing, but for clocks that differ a little.
func (a Actor) Fresh(now time.Time) bool {
	age := now.Sub(a.AuthTime)
	return !a.AuthTime.IsZero() && age >= -30*time.Second && age <= FreshSignIn
}
