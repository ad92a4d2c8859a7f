package dynamocatalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// condition is a condition expression with its parameters. Names are always
// parameters, because many good ones are reserved words.
type condition struct {
	expression string
	names      map[string]string
	values     map[string]value
}

// absent holds where there is no item.
func absent() condition {
	return condition{expression: "attribute_not_exists(" + attrPK + ")"}
}

// equal holds where all attributes have these values.
func equal(attributes item) condition {
	c := condition{names: map[string]string{}, values: map[string]value{}}
	var terms []string
	for i, name := range slices.Sorted(maps.Keys(attributes)) {
		n, v := fmt.Sprintf("#a%d", i), fmt.Sprintf(":a%d", i)
		c.names[n], c.values[v] = name, attributes[name]
		terms = append(terms, n+" = "+v)
	}
	c.expression = strings.Join(terms, " AND ")
	return c
}

// orAbsent holds where c does and where there is no item.
func (c condition) orAbsent() condition {
	c.expression = absent().expression + " OR (" + c.expression + ")"
	return c
}
