package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
	"go.yaml.in/yaml/v3"

	"github.com/vertex-ar/backup/internal/adminpage"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
	"github.com/vertex-ar/backup/internal/signin"
)

// root is the repository's root, seen from this package.
const root = "../../"

// template is what these tests read of template.yaml.
type template struct {
	Parameters map[string]struct {
		Default     any
		Description string
	}
	Globals struct {
		Function struct{ Environment environment }
	}
	Resources map[string]struct {
		Type       string
		Properties json.RawMessage
	}
}

type environment struct{ Variables map[string]any }

type functionProperties struct {
	FunctionName string
	Environment  environment
	Policies     []struct{ Statement []json.RawMessage }
	Events       map[string]struct {
		Type       string
		Properties struct {
			ScheduleExpression, ScheduleExpressionTimezone, Input string
			State                                                 []string
		}
	}
}

func readTemplate(t *testing.T) template {
	t.Helper()
	text, err := os.ReadFile(root + "template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// By way of JSON, whose decoder needs no tags for names in capitals. What
	// stands behind a !Ref or !If stays; that it was one is lost.
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(tree); err != nil {
		t.Fatal(err)
	}
	var tpl template
	if err := json.Unmarshal(text, &tpl); err != nil {
		t.Fatal(err)
	}
	return tpl
}

// resources decodes the properties of all resources of a type, by logical id.
func resources[P any](t *testing.T, tpl template, kind string) map[string]P {
	t.Helper()
	found := map[string]P{}
	for id, r := range tpl.Resources {
		if r.Type != kind {
			continue
		}
		var p P
		if err := json.Unmarshal(r.Properties, &p); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		found[id] = p
	}
	return found
}

// functions returns the functions by the name of their directory.
func functions(t *testing.T, tpl template) map[string]functionProperties {
	t.Helper()
	byName := map[string]functionProperties{}
	for id, p := range resources[functionProperties](t, tpl, "AWS::Serverless::Function") {
		name := directoryOf(id)
		if want := "${AWS::StackName}-" + name; p.FunctionName != want {
			t.Errorf("%s has the FunctionName %q, want %q", id, p.FunctionName, want)
		}
		byName[name] = p
	}
	return byName
}

// directoryOf turns CreateFunction into create, as the Makefile does.
func directoryOf(logicalID string) string {
	return strings.ToLower(strings.TrimSuffix(logicalID, "Function"))
}

func TestEveryFunctionIsInTheTemplate(t *testing.T) {
	entries, err := os.ReadDir(root + "functions")
	if err != nil {
		t.Fatal(err)
	}
	var directories []string
	for _, e := range entries {
		directories = append(directories, e.Name())
	}
	if diff := cmp.Diff(directories, slices.Sorted(maps.Keys(functions(t, readTemplate(t))))); diff != "" {
		t.Error("functions/ and template.yaml differ (-directory +template):\n" + diff)
	}
}

// target is where a route leads.
type target struct {
	Function      string
	Authenticated bool
}

func TestRoutesAndTemplateAgree(t *testing.T) {
	want := map[string]target{}
	for _, r := range httpapi.Routes() {
		want[r.Pattern()] = target{r.Function, r.Role != ""}
	}
	for _, r := range signin.Routes() {
		want[r.Method+" "+r.Path] = target{"auth", false}
	}
	for _, r := range adminpage.Routes() {
		want[r.Method+" "+r.Path] = target{r.Function, false}
	}
	if diff := cmp.Diff(want, templateRoutes(t)); diff != "" {
		t.Error("the code's routes and template.yaml's differ (-code +template):\n" + diff)
	}
}

func templateRoutes(t *testing.T) map[string]target {
	t.Helper()
	tpl := readTemplate(t)
	integrations := resources[struct{ IntegrationURI string }](t, tpl, "AWS::ApiGatewayV2::Integration")
	type route struct{ RouteKey, Target, AuthorizationType, AuthorizerID string }
	found := map[string]target{}
	for id, r := range resources[route](t, tpl, "AWS::ApiGatewayV2::Route") {
		integration := strings.TrimSuffix(strings.TrimPrefix(r.Target, "integrations/${"), "}")
		function := strings.TrimSuffix(integrations[integration].IntegrationURI, ".Arn")
		authenticated := r.AuthorizationType == "CUSTOM" && r.AuthorizerID == "Authorizer"
		if !authenticated && r.AuthorizationType != "NONE" {
			t.Errorf("%s: AuthorizationType %q, AuthorizerId %q", id, r.AuthorizationType, r.AuthorizerID)
		}
		found[r.RouteKey] = target{directoryOf(function), authenticated}
	}
	return found
}

// job is one schedule as the template, the configuration and .env.example see it.
type job struct {
	Enabled bool
	Job     backup.Job
}

func TestSchedulesMeanTheSameEverywhere(t *testing.T) {
	tpl := readTemplate(t)
	cfg, err := app.ConfigFromEnv(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	example := exampleValues(t)
	for name, s := range map[string]app.ScheduleSetting{
		"Database": cfg.Schedules.Database, "Storage": cfg.Schedules.Storage,
		"Full": cfg.Schedules.Full, "Rotation": cfg.Schedules.Rotation,
	} {
		t.Run(name, func(t *testing.T) {
			variable := "BACKUP_" + strings.ToUpper(name)
			if got := example[variable+"_SCHEDULE"]; got != s.Crontab {
				t.Errorf(".env.example has %q, the default is %q", got, s.Crontab)
			}
			if got := example[variable+"_ENABLED"]; got != boolText(s.Enabled) {
				t.Errorf(".env.example has %q, the default is %v", got, s.Enabled)
			}
			if got := tpl.Parameters["Backup"+name+"Enabled"].Default; got != boolText(s.Enabled) {
				t.Errorf("the template has %q, the default is %v", got, s.Enabled)
			}
			p := tpl.Parameters["Backup"+name+"Schedule"]
			sameMoments(t, s.Crontab, fmt.Sprint(p.Default))
			if !strings.Contains(p.Description, "crontab "+s.Crontab+" (") {
				t.Errorf("the parameter's description does not name the crontab %s: %s", s.Crontab, p.Description)
			}
		})
	}
	for variable, parameter := range map[string]string{"MAX_BACKUPS": "MaxBackups", "MIN_AGE_DAYS": "MinAgeDays", "SHRINK_LIMIT": "ShrinkLimit", "BACKUP_TIMEZONE": "BackupTimezone"} {
		if got := fmt.Sprint(tpl.Parameters[parameter].Default); got != example[variable] {
			t.Errorf("%s is %q in .env.example and %q in the template", variable, example[variable], got)
		}
	}
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// sameMoments checks that a crontab and an EventBridge expression fire at the
// same times for years.
func sameMoments(t *testing.T, crontab, expression string) {
	t.Helper()
	a, err := cron.ParseStandard(crontab)
	if err != nil {
		t.Fatal(err)
	}
	b, err := cron.ParseStandard(crontabOf(t, expression))
	if err != nil {
		t.Fatal(err)
	}
	x := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for y := x; x.Year() < 2031; x, y = a.Next(x), b.Next(y) {
		if !x.Equal(y) {
			t.Fatalf("%s fires at %v, %s at %v", crontab, x, expression, y)
		}
	}
}

// crontabOf rewrites cron(minute hour day month weekday year). Days of the week
// have to be names: as numbers they differ by one from a crontab's.
func crontabOf(t *testing.T, expression string) string {
	t.Helper()
	fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(expression, "cron("), ")"))
	if len(fields) != 6 || fields[5] != "*" || regexp.MustCompile(`[0-9]`).MatchString(fields[4]) {
		t.Fatalf("cannot compare %q", expression)
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		t.Errorf("%q: EventBridge wants a ? in exactly one of day and weekday", expression)
	}
	return strings.ReplaceAll(strings.Join(fields[:5], " "), "?", "*")
}

func TestSchedulesStartTheirJobs(t *testing.T) {
	got := map[string]job{}
	for _, f := range functions(t, readTemplate(t)) {
		for name, e := range f.Events {
			var j backup.Job
			if err := json.Unmarshal([]byte(e.Properties.Input), &j); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			p := e.Properties
			if p.ScheduleExpression != "Backup"+name+"Schedule" || p.ScheduleExpressionTimezone != "BackupTimezone" {
				t.Errorf("%s runs at %s in %s", name, p.ScheduleExpression, p.ScheduleExpressionTimezone)
			}
			got[name] = job{slices.Equal(p.State, []string{name + "Enabled", "ENABLED", "DISABLED"}), j}
		}
	}
	const at = "<aws.scheduler.scheduled-time>"
	want := map[string]job{
		"Database": {true, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: at}},
		"Storage":  {true, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindStorage, Schedule: "storage", ScheduledTime: at}},
		"Full":     {true, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindFull, Schedule: "full", ScheduledTime: at}},
		"Rotation": {true, backup.Job{Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: at}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// read returns the names of all variables that the program reads.
func read(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	if _, err := app.ConfigFromEnv(func(name string) string { names[name] = true; return "" }); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(names))
}

// laptopOnly are the names that make run reads beside the service's.
func laptopOnly() []string { return []string{"DEMO_SCALE", "DYNAMODB_PORT", "PORT", "S3_PORT"} }

func TestEveryVariableIsDocumented(t *testing.T) {
	names := slices.Sorted(slices.Values(append(read(t), laptopOnly()...)))
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(exampleValues(t)))); diff != "" {
		t.Error("the program's variables and .env.example's differ (-program +example):\n" + diff)
	}
}

func TestTemplateSetsOnlyVariablesThatAreRead(t *testing.T) {
	tpl, known := readTemplate(t), read(t)
	for name, f := range functions(t, tpl) {
		for _, variables := range []map[string]any{tpl.Globals.Function.Environment.Variables, f.Environment.Variables} {
			for variable := range variables {
				if !slices.Contains(known, variable) {
					t.Errorf("%s is given %s, which nothing reads", name, variable)
				}
			}
		}
	}
}

// exampleValues reads .env.example. What is commented out counts as well.
func exampleValues(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(root + ".env.example")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	line := regexp.MustCompile(`^(?:# )?([A-Z][A-Z0-9_]+)="?([^"]*)"?$`)
	values := map[string]string{}
	for scan := bufio.NewScanner(f); scan.Scan(); {
		if m := line.FindStringSubmatch(scan.Text()); m != nil {
			values[m[1]] = m[2]
		}
	}
	return values
}
