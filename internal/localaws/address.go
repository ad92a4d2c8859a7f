package localaws

import (
	"context"
	"errors"
	"net"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
)

// address is where a server shall listen.
type address struct {
	host, port string
	chosen     bool // the port was free to choose
}

// String returns host:port.
func (a address) String() string { return net.JoinHostPort(a.host, a.port) }

// url returns the address as a URL. Without a host the port is a unix socket.
func (a address) url() string {
	if a.host == "" {
		return "unix://" + a.port
	}
	return "http://" + a.String()
}

// pick resolves addr, "" meaning any free port on 127.0.0.1. An address that
// is not on loopback is errs.ErrInvalid, a taken port errs.ErrConflict.
func pick(ctx context.Context, addr string) (address, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return address{}, errs.New(errs.ErrInvalid, "The address %q is not of the form host:port.", addr).Because(err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return address{}, errs.New(errs.ErrInvalid, "Local servers listen on a loopback address such as 127.0.0.1 only, not on %q.", host)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return address{}, errs.New(errs.ErrConflict,
			"Port %s on %s is taken by another program. Stop that program or choose another port.", port, host).Because(err)
	}
	if err != nil {
		return address{}, errs.New(errs.ErrInvalid, "Nothing can listen on %s.", addr).Because(err)
	}
	defer func() { _ = ln.Close() }()
	a := address{host: host, port: port, chosen: port == "0"}
	_, a.port, err = net.SplitHostPort(ln.Addr().String())
	return a, err
}
