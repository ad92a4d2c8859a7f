package demo

import "time"

// What the demo reads of the API's answers.

type backupAnswer struct {
	Message string `json:"message"`
	Backup  record `json:"backup"`
}

type listAnswer struct {
	Backups []record `json:"backups"`
}

type operationAnswer struct {
	Message   string    `json:"message"`
	Operation operation `json:"operation"`
}

type deleteAnswer struct {
	DeletedObjects int64    `json:"deleted_objects"`
	FreedBytes     int64    `json:"freed_bytes"`
	MissingFiles   []string `json:"missing_files"`
}

// record is a backup.
type record struct {
	ID          string    `json:"id"`
	Type        string    `json:"type"`
	Status      string    `json:"status"`
	CreatedAt   time.Time `json:"created_at"`
	Reason      string    `json:"reason"`
	FileSize    int64     `json:"file_size"`
	LogicalSize int64     `json:"logical_size"`
	FileCount   int64     `json:"file_count"`
	Errors      []string  `json:"errors"`
	Warnings    []string  `json:"warnings"`
}

type operation struct {
	Status  string   `json:"status"`
	Errors  []string `json:"errors"`
	Restore *struct {
		SafetyBackup string             `json:"safety_backup"`
		Plan         map[string]changes `json:"plan"`
	} `json:"restore"`
	Verify *struct {
		Valid     bool   `json:"valid"`
		Error     string `json:"error"`
		Archives  int64  `json:"archives"`
		BytesRead int64  `json:"bytes_read"`
		Entries   int64  `json:"entries"`
	} `json:"verify"`
	Rotate *struct {
		TotalRemoved int `json:"total_removed"`
		Kept         []struct {
			ID      string   `json:"id"`
			Reasons []string `json:"reasons"`
		} `json:"kept"`
	} `json:"rotate"`
}

// changes counts what a restore did to one component.
type changes struct {
	WriteFiles   int64 `json:"write_files"`
	WriteBytes   int64 `json:"write_bytes"`
	MetadataOnly int64 `json:"metadata_only"`
	Remove       int64 `json:"remove"`
	Unchanged    int64 `json:"unchanged"`
}

func (c *changes) add(o changes) {
	c.WriteFiles += o.WriteFiles
	c.WriteBytes += o.WriteBytes
	c.MetadataOnly += o.MetadataOnly
	c.Remove += o.Remove
	c.Unchanged += o.Unchanged
}

// ended reports whether nobody works on the record any more.
func ended(status string) bool {
	return status == "completed" || status == "partial" || status == "failed" || status == "cancelled"
}
