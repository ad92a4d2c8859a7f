// Package main_test holds the document against a validator, which the fuzzers of the
// API need not link.
package main_test

import (
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/vertex-ar/backup/internal/httpapi"
)

// TestTheDocumentIsValid holds the document against OpenAPI's own schema.
func TestTheDocumentIsValid(t *testing.T) {
	text, err := httpapi.Document()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faultsOf(t, text) {
		t.Error(fault)
	}
	nameless := strings.ReplaceAll(strings.ReplaceAll(string(text), `schemas/JobRun"`, `schemas/"`), `"JobRun":`, `"":`)
	if len(faultsOf(t, []byte(nameless))) == 0 {
		t.Error("a schema without a name is not found")
	}
}

// faultsOf returns what is wrong with an OpenAPI document.
func faultsOf(t *testing.T, text []byte) (faults []string) {
	t.Helper()
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		return []string{err.Error()}
	}
	v, errs := validator.NewValidator(doc)
	for _, err := range errs {
		faults = append(faults, err.Error())
	}
	if len(errs) > 0 {
		return faults
	}
	_, wrong := v.ValidateDocument()
	for _, f := range wrong {
		faults = append(faults, f.Message+": "+f.Reason)
		for _, cause := range f.SchemaValidationErrors {
			faults = append(faults, cause.FieldPath+": "+cause.Reason)
		}
	}
	return faults
}
