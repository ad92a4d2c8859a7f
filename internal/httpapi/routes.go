package httpapi

import (
	"net/http"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
)

// Route is one operation of the API.
type Route struct {
	Method      string
	Path        string // as in [http.ServeMux], segments in braces match anything
	OperationID string
	Function    string      // directory under functions/
	Role        backup.Role // who may call it; "" is everybody
	Fresh       bool        // only soon after a sign-in
}

// Pattern returns the route as [http.ServeMux] names it.
func (r Route) Pattern() string { return r.Method + " " + r.Path }

// Routes lists the whole API.
func Routes() []Route {
	var routes []Route
	for _, op := range operations(&api{}) {
		routes = append(routes, op.Route)
	}
	return append(routes, openAPIRoute())
}

// openAPIRoute is the one route that is not described by the document it serves.
func openAPIRoute() Route {
	return Route{Method: http.MethodGet, Path: "/openapi.json", OperationID: "openapi", Function: "list"}
}

// acts reports whether a request does something, which is written down.
func (r Route) acts() bool { return r.Method != http.MethodGet || r.OperationID == downloadID }

// works reports whether a request does its work itself, and does not hand it over.
func (r Route) works() bool { return r.OperationID == "delete" || r.OperationID == "restore-test" }

// operation is a route with its documentation and its handler.
type operation struct {
	Route
	tag      string
	summary  string
	detail   string
	errors   []int // beyond those that every route has
	register register
}

// operations lists the API's operations with the handlers of a.
func operations(a *api) []operation {
	return slices.Concat(lookups(a), changes(a), cares(a), restores(a), downloads(a), schedules(a))
}

// Short names for the tables below.
const (
	admin    = backup.RoleAdmin
	viewer   = backup.RoleViewer
	get      = http.MethodGet
	post     = http.MethodPost
	notFound = http.StatusNotFound
	conflict = http.StatusConflict
	noSpace  = http.StatusInsufficientStorage

	mayTakeLong = "Answers 200 when it ended well within the wait. What goes on is answered with 202 and the Location to poll if the request prefers respond-async, else with the problem /problems/still-running (504), so that nobody who looks at the status alone takes it for done. Work that failed is the problem /problems/failed. Both have the fields of a good answer beside. "

	// freshly is what is asked of those who destroy or hand out much.
	freshly = "Needs a sign-in of the last five minutes."

	downloadID = "download"
)

// lookups only read.
func lookups(a *api) []operation {
	return []operation{
		{
			Route{get, "/backups/list", "list", "list", viewer, false},
			"backups", "List backups",
			"Newest first.", nil, handle(a.list),
		},
		{
			Route{get, "/backups/stats", "stats", "list", viewer, false},
			"backups", "Count backups and their sizes",
			"Only those that can be restored are counted.", nil, handle(a.stats),
		},
		{
			Route{get, "/backups/{id}", "get", "list", viewer, false},
			"backups", "Look at one backup",
			"Also tells how far a running one is.",
			[]int{notFound},
			handle(a.get),
		},
		{
			Route{get, "/backups/{id}/files", "files", "list", viewer, false},
			"backups", "Browse a backup's entries",
			"In byte order of path.",
			[]int{notFound, conflict},
			handle(a.files),
		},
		{
			Route{get, "/backups/operations", "operations", "list", viewer, false},
			"operations", "List restores, verifies and rotates",
			"Newest first. With active only those that have not ended.", nil, handle(a.operations),
		},
		{
			Route{get, "/backups/operations/{id}", "operation", "list", viewer, false},
			"operations", "Look at a restore, verify or rotate",
			"Also tells how far a running one is.",
			[]int{notFound},
			handle(a.operation),
		},
		{
			Route{get, "/backups/can-delete", "can-delete", "delete", viewer, false},
			"backups", "Ask whether a backup should be deleted",
			"Warns of the last one of its type.",
			[]int{notFound},
			handle(a.canDelete),
		},
	}
}

// changes add or remove backups, or check one.
func changes(a *api) []operation {
	return []operation{
		{
			Route{post, "/backups/create", "create", "create", admin, false},
			"backups", "Take a backup",
			mayTakeLong + "With test nothing is stored.",
			[]int{conflict, noSpace},
			handle(a.create),
		},
		{
			Route{http.MethodDelete, "/backups/delete", "delete", "delete", admin, true},
			"backups", "Delete backups",
			"The last backup of its type is only deleted with force=true. " + freshly,
			[]int{notFound, conflict},
			handle(a.delete),
		},
		{
			Route{post, "/backups/verify", "verify", "verify", viewer, false},
			"operations", "Read a backup back and check it",
			mayTakeLong,
			[]int{notFound, conflict},
			handle(a.verify),
		},
		{
			Route{post, "/backups/rotate", "rotate", "rotate", admin, false},
			"operations", "Apply the retention policy",
			mayTakeLong + "With dry_run nothing is removed. With max_backups and without dry_run: " + freshly,
			[]int{conflict},
			handle(a.rotate),
		},
	}
}

// cares look after backups and operations that there are.
func cares(a *api) []operation {
	return []operation{
		{
			Route{get, "/backups/audit", "audit", "list", admin, false},
			"operations", "Read the audit log",
			"Who did what, newest first, of the last 13 months.", nil, handle(a.audit),
		},
		{
			Route{get, "/backups/{id}/log", "backup-log", "list", viewer, false},
			"backups", "Read the log of a backup's run",
			"Lines come with the run's heartbeat, at most 500, and are kept for seven days.",
			[]int{notFound},
			handle(a.log),
		},
		{
			Route{get, "/backups/operations/{id}/log", "operation-log", "list", viewer, false},
			"operations", "Read the log of a restore, verify or rotate",
			"Lines come with the run's heartbeat, at most 500, and are kept for seven days.",
			[]int{notFound},
			handle(a.log),
		},
		{
			Route{http.MethodPatch, "/backups/{id}", "edit", "edit", admin, false},
			"backups", "Pin a backup or change its note",
			"What is absent stays as it is. To unpin or to accept: " + freshly,
			[]int{notFound, conflict},
			handle(a.edit),
		},
		{
			Route{post, "/backups/operations/{id}/cancel", "cancel", "cancel", admin, false},
			"operations", "Cancel a running backup, restore, verify or rotate",
			"The id is an operation's, or that of a backup that is being made. Answers 202: it stops within seconds, poll the Location, and leaves the old state or a finished one. Answers 200 when it had not begun.",
			[]int{notFound, conflict},
			handle(a.cancel),
		},
	}
}

// restores bring the installation back.
func restores(a *api) []operation {
	return []operation{
		{
			Route{post, "/backups/restore", "restore", "restore", admin, true},
			"restore", "Restore a backup",
			mayTakeLong + "Needs a sign-in of the last five minutes.",
			[]int{notFound, conflict, noSpace},
			handle(a.restore),
		},
		{
			Route{post, "/backups/undo", "undo", "restore", admin, true},
			"restore", "Undo a restore",
			mayTakeLong + "Restores the safety backup that was taken before it, after another safety backup. Needs a sign-in of the last five minutes.",
			[]int{notFound, conflict, noSpace},
			handle(a.undo),
		},
		{
			Route{post, "/backups/restore-test", "restore-test", "restore", viewer, false},
			"restore", "Ask whether a backup can be restored",
			"Changes nothing.",
			[]int{notFound},
			handle(a.restoreTest),
		},
	}
}

// downloads hand out what is in backups.
func downloads(a *api) []operation {
	return []operation{
		{
			Route{get, "/backups/{id}/download", downloadID, "download", admin, false},
			"backups", "Download a file, a directory or a whole backup",
			mayTakeLong + "The operation's export has the address to download from. Who asks for the same within a day gets the same export.",
			[]int{notFound, conflict},
			handle(a.download),
		},
		{
			Route{get, "/backups/{id}/preview", "preview", "download", viewer, false},
			"backups", "Look at a picture in a backup",
			"PNG, JPEG, GIF or WebP of at most 4 MiB.",
			[]int{notFound, conflict},
			pictures(handle(a.preview)),
		},
	}
}

// schedules say when backups are taken and removed by themselves.
func schedules(a *api) []operation {
	return []operation{
		{
			Route{get, "/backups/schedule", "schedule", "schedule", viewer, false},
			"schedule", "Look at the schedules",
			"With their next runs and what came of the last ones.", nil, handle(a.schedules),
		},
		{
			Route{http.MethodPut, "/backups/schedule/{job}", "put-schedule", "schedule", admin, true},
			"schedule", "Change a schedule",
			"A crontab that EventBridge Scheduler cannot express is refused. " + freshly,
			[]int{conflict},
			handle(a.putSchedule),
		},
		{
			Route{post, "/backups/schedule/preview", "preview-schedule", "schedule", viewer, false},
			"schedule", "Ask what a crontab means",
			"Changes nothing.", nil, handle(a.previewSchedule),
		},
		{
			Route{post, "/backups/schedule/{job}/run", "run-schedule", "create", admin, false},
			"schedule", "Take a schedule's backup now",
			mayTakeLong,
			[]int{conflict, noSpace},
			handle(a.runSchedule),
		},
		{
			Route{post, "/backups/schedule/rotation/run", "run-rotation", "rotate", admin, false},
			"schedule", "Remove old backups now",
			mayTakeLong,
			[]int{conflict},
			handle(a.runRotation),
		},
		{
			Route{get, "/backups/schedule/export", "export-schedule", "schedule", admin, false},
			"schedule", "Export the schedules",
			"As a file that an import takes.",
			[]int{conflict},
			handle(a.exportSchedule),
		},
		{
			Route{post, "/backups/schedule/import", "import-schedule", "schedule", admin, false},
			"schedule", "Import schedules",
			"All of the file or nothing. With dry_run nothing is changed, else: " + freshly,
			[]int{conflict},
			handle(a.importSchedule),
		},
	}
}
