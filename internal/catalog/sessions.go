package catalog

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/errs"
)

// RevokedChanged says that somebody else has changed the record of ended sessions.
func RevokedChanged() error { return fmt.Errorf("ended-sessions record: %w", errs.ErrConflict) }
