package main

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// rawPath is a path on the command line, of any bytes. Kong takes strings to be
// UTF-8 and replaces what is not.
type rawPath string

// Decode implements kong.MapperValue.
func (p *rawPath) Decode(ctx *kong.DecodeContext) error {
	t, err := ctx.Scan.PopValue("path")
	if err != nil {
		return err
	}
	*p = rawPath(fmt.Sprint(t.Value))
	return nil
}

func plainPaths(raw []rawPath) []string {
	paths := make([]string, len(raw))
	for i, p := range raw {
		paths[i] = string(p)
	}
	return paths
}
