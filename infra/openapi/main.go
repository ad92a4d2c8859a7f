// Command openapi prints the API's OpenAPI document, from which the admin
// page's types are made (make web-types).
package main

import (
	"fmt"
	"os"

	"github.com/vertex-ar/backup/internal/httpapi"
)

func main() {
	document, err := httpapi.Document()
	if err == nil {
		_, err = os.Stdout.Write(append(document, '\n'))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
