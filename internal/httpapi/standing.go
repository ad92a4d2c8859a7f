package httpapi

import (
	"context"
	"net/http"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// respondAsync is the preference of RFC 7240 by which a client says that it knows
// what a 202 is.
const respondAsync = "respond-async"

// stillRunning is what a client is told that may take any 2xx for the end.
const stillRunning = "It goes on: the work takes longer than a request may wait. Nothing has failed; look in the list how it ends."

// answered returns the status and the Location with which a request for work is
// answered, or the problem that it is answered with. Only what ended well is a
// 200, since clients look at the status alone: work that failed is a problem with
// the answer's fields beside, and so is work that goes on, unless the client
// prefers to be told so by a 202.
func answered(ctx context.Context, s backup.Status, message, location string, body any) (status int, next string, err error) {
	x := exchangeOf(ctx)
	x.settled = true
	concluded(ctx, s, message)
	switch {
	case s.Restorable():
		return http.StatusOK, "", nil
	case !s.Finished() && x.async:
		if x.ResponseWriter != nil {
			x.Header().Set("Preference-Applied", respondAsync)
		}
		return http.StatusAccepted, location, nil
	case !s.Finished():
		return 0, "", web.Beside(web.TypeRunning, http.StatusGatewayTimeout, stillRunning, body).With("Location", location)
	case s == backup.StatusCancelled:
		return 0, "", web.Beside(web.TypeFailed, http.StatusConflict, message, body)
	}
	return 0, "", web.Beside(web.TypeFailed, http.StatusInternalServerError, message, body)
}

// promising is the field success of an answer about work: it ended well, or goes on
// and the client knows that such a thing may be.
func promising(ctx context.Context, s backup.Status) bool {
	return s.Restorable() || !s.Finished() && exchangeOf(ctx).async
}
