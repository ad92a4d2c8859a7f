package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// tool is a program that is measured.
type tool struct {
	name  string
	steps func(place) steps
}

// place is where a tool works.
type place struct {
	binary   string
	env      []string
	set      set
	source   string // what is backed up
	work     string // for caches and the like
	endpoint string
}

// environment returns the variables of the tool's processes.
func (p *place) environment() []string { return p.env }

// stored counts what the tool has stored, in the bucket unless it says otherwise.
func (p *place) stored(ctx context.Context, s *store) (usage, error) { return s.usage(ctx) }

// steps are a tool's command lines; nil is for what it cannot do.
type steps interface {
	environment() []string
	stored(ctx context.Context, s *store) (usage, error)
	// setup makes the repository. It is not measured.
	setup(ctx context.Context) error
	create(op string) []string
	// newest returns the id of the newest backup. It is not measured.
	newest(ctx context.Context) (string, error)
	// restore and oneFile also say where the source's root then lies.
	restore(id, to string) (argv []string, root string)
	oneFile(id, name, to string) (argv []string, root string)
	verify(id string) []string
	remove(id string) []string
}

// The tools that are ours: plain, and with archives that age encrypts.
const (
	vertexName    = "vertex"
	encryptedName = "vertex+age"
)

func isOurs(name string) bool { return name == vertexName || name == encryptedName }

// candidate is a tool that may be there.
type candidate struct {
	name  string
	given string // its program, if the user names one
	find  string // what it is called on the PATH
	hint  string
	ask   string // for its version
	steps func(*place) steps
}

// findTools returns the tools that can be had, ours first, and says which
// cannot.
func findTools(ctx context.Context, o options, out io.Writer) []tool {
	installRestic(ctx, o, out)
	var tools []tool
	for _, c := range []candidate{
		{vertexName, o.vertex, "vertex-backup", "Build it with make bench.", "", func(p *place) steps { return &vertex{place: p} }},
		{encryptedName, o.vertex, "vertex-backup", "Build it with make bench.", "", func(p *place) steps { return &encrypted{vertex{place: p}} }},
		{"restic", o.restic, "restic", "Give one with RESTIC=.", "version", func(p *place) steps { return &restic{place: p} }},
		{kopiaName, o.kopia, kopiaName, "Give one with KOPIA=.", "--version", func(p *place) steps { return &kopia{place: p} }},
		{"tar", "", "zstd", "Install tar and zstd.", "--version", func(p *place) steps { return &tar{place: p} }},
	} {
		binary, err := locate(c)
		if err != nil {
			_, _ = fmt.Fprintf(out, "%s is left out: it is not installed. %s\n", c.name, c.hint)
			continue
		}
		_, _ = fmt.Fprintf(out, "%s: %s %s\n", c.name, binary, version(ctx, binary, c.ask))
		tools = append(tools, tool{c.name, func(p place) steps {
			p.binary = binary
			return c.steps(&p)
		}})
	}
	return tools
}

func locate(c candidate) (string, error) {
	if c.given != "" {
		return exec.LookPath(c.given)
	}
	return exec.LookPath(c.find)
}

// version returns the first line of what a program says of itself.
func version(ctx context.Context, binary, ask string) string {
	if ask == "" {
		return ""
	}
	text, err := output(command(ctx, os.Environ(), []string{binary, ask}))
	if err != nil {
		return ""
	}
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	return "(" + string(line) + ")"
}

// installRestic installs Debian's restic where there is none and that is allowed.
func installRestic(ctx context.Context, o options, out io.Writer) {
	if _, err := exec.LookPath("restic"); err == nil || o.restic != "" || os.Geteuid() != 0 {
		return
	}
	_, _ = fmt.Fprintln(out, "installing restic with apt-get, once")
	env := append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if _, err := output(command(ctx, env, []string{"apt-get", "install", "-y", "restic"})); err != nil {
		_, _ = fmt.Fprintln(out, "apt-get could not install restic:", err)
	}
}
