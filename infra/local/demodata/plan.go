package demodata

import (
	"crypto/sha256"
	"io/fs"
	"math"
	"math/rand/v2"
	"time"
)

// The numbers of an installation of scale 1.
const (
	companyCount  = 3
	projectCount  = 24
	folderCount   = 96
	userCount     = 12
	clientCount   = 1500
	portraitCount = 450
	videoCount    = 560

	seed = "Vertex AR"
)

// plan is an installation before anything is written.
type plan struct {
	noise  *rand.ChaCha8
	rand   *rand.Rand // draws from noise
	scale  float64
	tables []table
	nodes  []node // parents before children
}

// table holds rows in the order in which they are inserted.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// node is one entry of the media tree.
type node struct {
	path    string // relative to the tree, with slashes
	mode    fs.FileMode
	modTime time.Time
	content content // of a file
	size    int64   // of a file
	link    string  // of a symbolic link
}

func newPlan(opt Options) *plan {
	noise := rand.NewChaCha8(sha256.Sum256([]byte(seed)))
	p := &plan{noise: noise, rand: rand.New(noise), scale: opt.Scale} //nolint:gosec // demo data repeats on purpose
	if p.scale <= 0 {
		p.scale = 1
	}
	p.addUsers()
	p.addCompanies()
	p.addProjects()
	p.addFolders()
	p.addClients()
	p.addPortraits()
	p.addVideos()
	p.addOddities()
	return p
}

// count scales a number of rows.
func (p *plan) count(n int) int {
	return max(3, int(math.Round(float64(n)*p.scale)))
}

// bytes returns n random bytes.
func (p *plan) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = p.noise.Read(b) // never fails
	return b
}

// between draws from least to most; the greater the skew, the more small ones.
func (p *plan) between(least, most int64, skew float64) int64 {
	return least + int64(float64(most-least)*math.Pow(p.rand.Float64(), skew))
}

// someTime is a moment of the year before the demo's present, to the nanosecond.
func (p *plan) someTime() time.Time {
	present := time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC)
	return present.Add(-time.Duration(p.rand.Int64N(int64(365 * 24 * time.Hour))))
}

func (p *plan) addTable(name string, columns ...string) *table {
	p.tables = append(p.tables, table{name: name, columns: columns})
	return &p.tables[len(p.tables)-1]
}

func (p *plan) table(name string) *table {
	for i := range p.tables {
		if p.tables[i].name == name {
			return &p.tables[i]
		}
	}
	return nil
}

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

// pick returns the first column, the key, of some row.
func (p *plan) pick(t *table) string {
	return t.key(p.rand.IntN(len(t.rows)))
}

func (t *table) key(row int) string {
	key, _ := t.rows[row][0].(string)
	return key
}

func (p *plan) addDir(path string, mode fs.FileMode) {
	p.nodes = append(p.nodes, node{path: path, mode: fs.ModeDir | mode, modTime: p.someTime()})
}

func (p *plan) addFile(path string, mode fs.FileMode, c content, size int64) {
	p.nodes = append(p.nodes, node{path: path, mode: mode, modTime: p.someTime(), content: c, size: size})
}

func (p *plan) addLink(path, target string) {
	p.nodes = append(p.nodes, node{path: path, mode: fs.ModeSymlink | 0o777, modTime: p.someTime(), link: target})
}

func (p *plan) summary() Summary {
	var s Summary
	for _, t := range p.tables {
		s.Rows += len(t.rows)
	}
	for _, n := range p.nodes {
		switch {
		case n.mode.IsDir():
			s.Dirs++
		case n.mode.IsRegular():
			s.Files++
			s.Bytes += n.size
		}
	}
	return s
}
