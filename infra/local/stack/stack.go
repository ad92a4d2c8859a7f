package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/vertex-ar/backup/functions/admin/web"
	"github.com/vertex-ar/backup/infra/local/issuer"
	"github.com/vertex-ar/backup/infra/local/timetable"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/localaws"
)

// Stack is a running service with everything around it.
type Stack struct {
	opt    Options
	env    environment
	origin string
	issuer *issuer.Issuer
	cfg    app.Config

	log       *os.File // what the servers print
	servers   servers
	listeners []net.Listener
	app       *app.Server
	http      *http.Server
	timetable *timetable.Timetable
	jobs      *jobs
}

// Start brings up a stack and returns when it answers. ctx bounds the start
// only. A port that is taken is errs.ErrConflict with a detail that says what
// to do. On an error nothing runs.
func Start(ctx context.Context, opt Options) (_ *Stack, err error) {
	s := &Stack{opt: opt}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	for _, step := range []func(context.Context) error{s.open, s.startServers, s.startApp, s.schedule, s.serve} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// open takes the HTTP port, so that a taken one is found before anything runs,
// and puts the environment together.
func (s *Stack) open(ctx context.Context) (err error) {
	if err := os.MkdirAll(s.opt.Dir, 0o700); err != nil {
		return err
	}
	if err := os.RemoveAll(s.opt.path(scratchName)); err != nil { // of a run that was killed
		return err
	}
	if err := os.MkdirAll(s.opt.path(scratchName), 0o700); err != nil {
		return err
	}
	if s.log, err = os.OpenFile(s.opt.path("servers.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	if s.listeners, s.origin, err = listen(ctx, s.opt.Ports.HTTP); err != nil {
		return err
	}
	if s.env, err = newEnvironment(s.opt, s.origin); err != nil {
		return err
	}
	s.cfg, err = app.ConfigFromEnv(s.env.getenv(s.opt.Getenv))
	return err
}

func (s *Stack) startServers(ctx context.Context) (err error) {
	if s.servers, err = startServers(ctx, s.opt, s.env, s.log); err != nil {
		return err
	}
	if err := errors.Join(s.env.save(s.opt), s.env.export()); err != nil {
		return err
	}
	return prepare(ctx, s.opt)
}

func (s *Stack) startApp(ctx context.Context) (err error) {
	if s.issuer, err = issuer.New(issuer.Config{
		Origin: s.origin, Dir: s.opt.path(signInName), Now: time.Now, SignIns: s.opt.SignIns,
	}); err != nil {
		return err
	}
	s.app, err = app.Open(ctx, s.cfg, web.Files(), s.opt.Log)
	return err
}

// serve answers requests: sign-in pages by the issuer, all else by the service.
func (s *Stack) serve(context.Context) error {
	mux := http.NewServeMux()
	mux.Handle(issuer.Path+"/", s.issuer)
	mux.Handle("/", s.app.Handler)
	s.http = &http.Server{Handler: readAhead(mux), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	for _, l := range s.listeners {
		go func() { _ = s.http.Serve(l) }() // ends with Shutdown
	}
	s.listeners = nil // the server closes them
	return nil
}

func (s *Stack) schedule(context.Context) (err error) {
	s.jobs = newJobs(s.app.Run, s.opt.Log)
	s.timetable, err = timetable.Start(s.cfg.Schedules, s.opt.path(schedulesName), clockwork.NewRealClock(), s.jobs.start)
	if err != nil {
		return err
	}
	s.app.Service.Scheduler = s.timetable
	return nil
}

// Failed returns a channel that gets an error when a server has died.
func (s *Stack) Failed() <-chan error {
	failed := make(chan error, 1)
	go func() {
		select {
		case <-s.servers.s3.Done():
			failed <- died("S3", s.servers.s3)
		case <-s.servers.dynamoDB.Done():
			failed <- died("DynamoDB", s.servers.dynamoDB)
		}
	}()
	return failed
}

func died(name string, server *localaws.Server) error {
	cause := server.Err()
	if cause == nil {
		cause = errors.New("it ended by itself")
	}
	return fmt.Errorf("the %s server has died: %w", name, cause)
}

// deadGrace is how long jobs that were stopped may go on when a server has died:
// nobody is left to tell how they ended, and each leaves the old state or a finished one.
const deadGrace = 3 * time.Second

// Stop takes no more requests, lets what runs come to its end until ctx ends,
// then stops it where it is, and stops the servers. Afterwards nothing of the
// stack is left but its data.
func (s *Stack) Stop(ctx context.Context) {
	_ = s.timetable.Stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.end(ctx)
	}()
	select {
	case <-ended:
	case <-s.hopeless(ctx):
	}
	s.close()
}

// end lets what runs come to its end until ctx ends, and then stops it.
func (s *Stack) end(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.http.Shutdown(ctx) // requests that wait for a job end with it
	}()
	s.jobs.stop(ctx)
	s.app.Close(ctx)
	<-done
}

// hopeless returns a channel that is closed when nothing is to be waited for any
// more: a server has died, and the time of what runs is over for a while.
func (s *Stack) hopeless(ctx context.Context) <-chan struct{} {
	over := make(chan struct{})
	context.AfterFunc(ctx, func() {
		select {
		case <-s.servers.s3.Done():
		case <-s.servers.dynamoDB.Done():
		}
		time.AfterFunc(deadGrace, func() { close(over) })
	})
	return over
}

// close frees what is open, however far the start had come.
func (s *Stack) close() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	if s.timetable != nil {
		_ = s.timetable.Stop()
	}
	if s.http != nil {
		_ = s.http.Close()
	}
	s.servers.stop()
	if s.log != nil {
		_ = s.log.Close()
	}
}

// FirstBackup takes a full backup if there is no backup yet, and returns
// whether it did. It ends with the stack.
func (s *Stack) FirstBackup(ctx context.Context) (bool, error) {
	stats, err := s.app.Service.Stats(ctx)
	if err != nil || stats.Latest != nil {
		return false, err
	}
	return true, s.jobs.do(backup.Job{Verb: backup.VerbCreate, Kind: backup.KindFull})
}
