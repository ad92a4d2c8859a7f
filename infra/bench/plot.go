package main

import (
	"bytes"
	"fmt"
	"slices"
)

// The measures of the plot, in pixels. Operations stand in two columns.
const (
	plotWidth   = 840
	plotMargin  = 16
	columnWidth = 412
	nameWidth   = 84 // of a tool
	barWidth    = 196
	barHeight   = 15
	opHead      = 24
	opSpace     = 14
	setHead     = 44
)

// plotHead has the colours, for light and for dark pages.
const plotHead = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img">
<title>Seconds for each operation beside other tools; shorter is better</title>
<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #24292f }
.set { font-size: 16px; font-weight: 600 } .op { font-weight: 600 } .small { fill: #57606a } .end { text-anchor: end }
.page { fill: #ffffff } .ours { fill: #1a7f5a } .coded { fill: #58b08d } .peer { fill: #9db4c8 } .tar { fill: #d0d7de }
.strong { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 }
  .page { fill: #0d1117 } .ours { fill: #3fb98a } .coded { fill: #2a7a5b } .peer { fill: #56697c } .tar { fill: #3a424c }
}
</style>
<rect class="page" width="100%%" height="100%%" rx="6"/>
`

// plot draws the time of every operation as bars, each operation to a scale of
// its own, in which the slowest tool's bar is the longest. Sets that only one
// tool was measured on are left to the table.
func plot(groups []group) []byte {
	var b bytes.Buffer
	y := plotMargin
	for len(groups) > 0 {
		set := groups[0].set
		n := slices.IndexFunc(groups, func(g group) bool { return g.set != set })
		if n < 0 {
			n = len(groups)
		}
		if slices.ContainsFunc(groups[:n], func(g group) bool { return len(g.tools) > 1 }) {
			y = plotSet(&b, groups[:n], y)
		}
		groups = groups[n:]
	}
	_, _ = fmt.Fprintf(&b, `<text class="small" x="%d" y="%d">seconds, peak memory · shorter is better · each operation has its own scale</text>`+"\n", plotMargin, y+4)
	return fmt.Appendf(nil, plotHead+"%s</svg>\n", plotWidth, y+plotMargin, b.Bytes())
}

// plotSet draws the operations of a set from y on and returns where the next begins.
func plotSet(b *bytes.Buffer, groups []group, y int) int {
	_, _ = fmt.Fprintf(b, `<text class="set" x="%d" y="%d">%s</text>`+"\n", plotMargin, y+18, title(groups[0].set))
	y += setHead - 8
	for row := range slices.Chunk(groups, 2) {
		height := 0
		for column, g := range row {
			plotGroup(b, g, plotMargin+column*columnWidth, y)
			height = max(height, opHead+len(g.tools)*barHeight+opSpace)
		}
		y += height
	}
	return y + 8
}

// plotGroup draws one operation with its left upper corner at x, y.
func plotGroup(b *bytes.Buffer, g group, x, y int) {
	longest := 0.0
	for _, r := range g.tools {
		longest = max(longest, r.Wall)
	}
	_, _ = fmt.Fprintf(b, `<text class="op" x="%d" y="%d">%s</text>`+"\n", x, y+14, title(g.op))
	y += opHead
	for _, r := range g.tools {
		width := max(2, int(barWidth*r.Wall/max(longest, 1e-9)))
		class, weight := look(r.Tool)
		_, _ = fmt.Fprintf(b, `<text class="end%s" x="%d" y="%d">%s</text><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="2"/>`+
			`<text class="small" x="%d" y="%d">%.2f s · %.0f MiB</text>`+"\n",
			weight, x+nameWidth-6, y+barHeight-4, r.Tool, class, x+nameWidth, y, width, barHeight-3, x+nameWidth+width+6, y+barHeight-4, r.Wall, r.RSS)
		y += barHeight
	}
}

// look returns the class of a tool's bar, and what its name has besides.
func look(tool string) (bar, name string) {
	switch tool {
	case vertexName:
		return "ours", " strong"
	case encryptedName:
		return "coded", ""
	case "tar":
		return "tar", " small"
	}
	return "peer", ""
}

// title says in words what a set or an operation is.
func title(name string) string {
	words := map[string]string{
		"D1":    "D1: 1,300 media files, 2.1 GB",
		"D2":    "D2: 20,000 small files, 310 MB",
		"D3":    "D3: an SQLite database, 268 MB",
		opFirst: "first backup", opNoChange: "nothing changed", opIncremental: "1 % changed", opRestore: "restore",
		opVerify: "verify every byte", opOneFile: "one small file back", opDelete: "delete one backup",
	}
	if text, ok := words[name]; ok {
		return text
	}
	return name
}
