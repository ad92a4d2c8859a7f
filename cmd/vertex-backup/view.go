package main

import (
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// view is a backup as JSON, by the names that the HTTP API has.
type view struct {
	ID          backup.ID          `json:"id"`
	Kind        backup.Kind        `json:"type"`
	Status      backup.Status      `json:"status"`
	CreatedAt   time.Time          `json:"created_at"`
	FinishedAt  time.Time          `json:"finished_at,omitzero"`
	StoredSize  int64              `json:"file_size"`
	LogicalSize int64              `json:"logical_size"`
	FileCount   int64              `json:"file_count"`
	Checksum    string             `json:"checksum"`
	DatabaseOK  bool               `json:"db_success"`
	StorageOK   bool               `json:"storage_success"`
	Errors      []string           `json:"errors"`
	Warnings    []string           `json:"warnings"`
	Shrunk      []backup.Component `json:"shrunk"`
	Accepted    bool               `json:"accepted"`
	Reason      backup.Reason      `json:"reason"`
	CreatedBy   string             `json:"created_by"`
	Host        string             `json:"host,omitempty"`
	Note        string             `json:"note"`
	Pinned      bool               `json:"pinned"`
	Damaged     bool               `json:"damaged"`
	VerifiedAt  time.Time          `json:"verified_at,omitzero"`
	Encrypted   bool               `json:"encrypted"`
	SignedBy    string             `json:"signed_by"`
}

func viewOf(b backup.Backup) view {
	return view{
		ID: b.ID, Kind: b.Kind, Status: b.Status, CreatedAt: b.CreatedAt, FinishedAt: b.FinishedAt,
		StoredSize: b.StoredSize, LogicalSize: b.LogicalSize, FileCount: b.FileCount, Checksum: b.Checksum,
		DatabaseOK: b.DatabaseOK, StorageOK: b.StorageOK, Errors: list(b.Errors), Warnings: list(b.Warnings), Shrunk: list(b.Shrunk),
		Reason: b.Reason, CreatedBy: b.CreatedBy, Host: b.Host, Note: b.Note, Pinned: b.Pinned, Accepted: b.Accepted, Damaged: b.Damage != nil, VerifiedAt: b.VerifiedAt, Encrypted: b.Encrypted, SignedBy: b.SignedBy,
	}
}

// list returns an empty list for none, which JSON would write as null.
func list[T any](lines []T) []T {
	if lines == nil {
		return []T{}
	}
	return lines
}
