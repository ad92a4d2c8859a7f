package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
)

// listen opens the HTTP port on loopback, of both IP versions if a port is
// given, for browsers try either for localhost. It returns the origin too.
func listen(ctx context.Context, port int) (listeners []net.Listener, origin string, err error) {
	var lc net.ListenConfig
	v4, err := lc.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, "", taken(err, "the web server", "PORT", port)
	}
	if port == 0 {
		return []net.Listener{v4}, "http://" + v4.Addr().String(), nil
	}
	origin = "http://localhost:" + strconv.Itoa(port)
	v6, err := lc.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		_ = v4.Close()
		return nil, "", taken(err, "the web server", "PORT", port)
	}
	listeners = []net.Listener{v4}
	if err == nil { // else the machine has no IPv6
		listeners = append(listeners, v6)
	}
	return listeners, origin, nil
}

// taken turns an error of opening a port into a sentence that names the port,
// what it is for and how to have another. Other errors it returns as they are.
func taken(err error, server, variable string, port int) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, errs.ErrConflict) {
		return errs.New(
			errs.ErrConflict, "Port %d, meant for %s, is taken by another program. Stop that program or choose another port, for example: %s=%d make run",
			port, server, variable, port+1,
		).Because(err)
	}
	return fmt.Errorf("%s: %w", server, err)
}
