package main

import (
	"bytes"
	"fmt"
)

// The measures of the plot, in pixels.
const (
	plotWidth  = 760
	barLeft    = 150
	barWidth   = 420
	barHeight  = 14
	groupSpace = 12
	headSpace  = 34
)

// plot draws the time of every operation as bars, each operation to a scale of
// its own, in which the slowest tool's bar is the longest.
func plot(groups []group) []byte {
	var b bytes.Buffer
	y, set := 10, ""
	for _, g := range groups {
		if g.set != set {
			set = g.set
			y += headSpace
			_, _ = fmt.Fprintf(&b, `<text x="10" y="%d" font-size="16" font-weight="bold">%s</text>`+"\n", y-12, set)
		}
		y = plotGroup(&b, g, y)
	}
	const head = `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">` + "\n" +
		`<title>Seconds for each operation, beside other tools; shorter is better</title>` + "\n" +
		`<rect width="100%%" height="100%%" fill="white"/>` + "\n"
	return fmt.Appendf(nil, head+"%s</svg>\n", plotWidth, y, b.Bytes())
}

// plotGroup draws one operation from y on and returns where the next begins.
func plotGroup(b *bytes.Buffer, g group, y int) int {
	longest := 0.0
	for _, r := range g.tools {
		longest = max(longest, r.Wall)
	}
	_, _ = fmt.Fprintf(b, `<text x="10" y="%d">%s</text>`+"\n", y+barHeight-3, g.op)
	for _, r := range g.tools {
		width := max(1, int(barWidth*r.Wall/max(longest, 1e-9)))
		_, _ = fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+
			`<text x="%d" y="%d">%.2f s, %.0f MiB</text>`+"\n",
			barLeft-6, y+barHeight-3, r.Tool, barLeft, y, width, barHeight-2, color(r.Tool), barLeft+width+6, y+barHeight-3, r.Wall, r.RSS)
		y += barHeight
	}
	return y + groupSpace
}

func color(tool string) string {
	switch tool {
	case vertexName:
		return "#1a7f5a"
	case "tar":
		return "#d0d0d0"
	}
	return "#9db4c8"
}
