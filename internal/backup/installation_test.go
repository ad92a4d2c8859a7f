package backup_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

func TestInstallationsAreToldApart(t *testing.T) {
	prod := backup.Installation{Host: "a", Database: "/app/db", Storage: "/app/storage", Marks: []string{"1@1", "2@2"}}
	for name, tt := range map[string]struct {
		other backup.Installation
		same  bool
	}{
		"itself":                      {prod, true},
		"a container made anew":       {backup.Installation{Host: "f00", Database: "/app/db", Storage: "/app/storage", Marks: []string{"1@1", "2@2"}}, true},
		"another media disk":          {backup.Installation{Host: "a", Database: "/app/db", Storage: "/app/storage", Marks: []string{"1@1", "9@9"}}, true},
		"a command for the media":     {backup.Installation{Host: "a", Storage: "/app/storage"}, true},
		"a host that was made anew":   {backup.Installation{Host: "a", Database: "/app/db", Storage: "/app/storage", Marks: []string{"8@8", "9@9"}}, true},
		"a copy of the settings":      {backup.Installation{Host: "stage", Database: "/app/db", Storage: "/app/storage", Marks: []string{"8@8", "9@9"}}, false},
		"another one on the host":     {backup.Installation{Host: "a", Database: "/stage/db", Storage: "/stage/storage", Marks: []string{"8@8"}}, false},
		"another one with same media": {backup.Installation{Host: "a", Database: "/stage/db", Storage: "/app/storage"}, false},
	} {
		if got := prod.Same(tt.other); got != tt.same || tt.other.Same(prod) != got {
			t.Errorf("%s: Same = %t, want %t both ways", name, got, tt.same)
		}
	}
	named := func(name string, i backup.Installation) backup.Installation { i.Name = name; return i }
	if !named("p", prod).Same(named("p", backup.Installation{Host: "b"})) || named("p", prod).Same(named("q", prod)) {
		t.Error("names do not decide where both have one")
	}
}
