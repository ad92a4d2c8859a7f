package httpapi

import (
	"cmp"
	"context"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

type verifyInput struct {
	Body struct {
		BackupPath     string `json:"backup_path" maxLength:"64" example:"20261122-020000-full-k3x9qa" doc:"The backup's id."`
		Deep           *bool  `json:"deep,omitempty" doc:"Read every byte and decode what can be opened, as without saying; otherwise only look whether all is there with its size."`
		VerifyChecksum *bool  `json:"verify_checksum,omitempty" doc:"The old name of deep."`
	}
}

// Verification is what a verify found. It is exported for huma, which leaves out
// embedded fields of unexported types.
type Verification struct {
	Valid               bool     `json:"valid"`
	Deep                bool     `json:"deep"`
	FileSize            int64    `json:"file_size" doc:"Bytes that should be stored for the backup."`
	Checksum            string   `json:"checksum" doc:"SHA-256 of the manifest as it is."`
	Error               string   `json:"error" doc:"What is wrong; empty when nothing is."`
	Archives            int64    `json:"archives" doc:"Stored objects that were checked."`
	BytesRead           int64    `json:"bytes_read"`
	Entries             int64    `json:"entries" doc:"Entries that were checked."`
	Decoded             bool     `json:"decoded" doc:"Everything was opened and the content of each file compared with its hash."`
	HashedOnly          int64    `json:"hashed_only" doc:"Encrypted archives that were compared with their hashes but not opened, since the secret key is not at hand."`
	Signature           string   `json:"signature,omitempty" enum:"unsigned,signed,unknown,trusted" doc:"Whether somebody who is trusted made the backup; signed where nobody has said whom to trust, absent if that could not be seen."`
	Details             []string `json:"details" nullable:"false" doc:"Which rule of the format was violated, and where, at most 100."`
	DamagedArchives     []string `json:"damaged_archives" nullable:"false" doc:"At most 1000."`
	DamagedFiles        []string `json:"damaged_files" nullable:"false" doc:"At most 1000."`
	DamagedArchiveCount int64    `json:"damaged_archive_count"`
	DamagedFileCount    int64    `json:"damaged_file_count"`
}

type verifyAnswer struct {
	Success bool   `json:"success" doc:"The verify itself has not failed so far."`
	Message string `json:"message" example:"The backup is whole."`
	Verification
	BackupPath backup.ID     `json:"backup_path"`
	Operation  operationView `json:"operation"`
}

type verifyOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     verifyAnswer
}

// verify answers POST /backups/verify.
func (a *api) verify(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	id, err := backup.ParseID(in.Body.BackupPath)
	if err != nil {
		return nil, err
	}
	deep, err := in.deep()
	if err != nil {
		return nil, err
	}
	req := backup.VerifyRequest{ID: id, Deep: deep}
	note(ctx, string(id), map[string]string{"deep": fmt.Sprint(req.Deep)})
	o, err := a.cfg.Service.Verify(ctx, actorOf(ctx), req)
	if err != nil {
		return nil, err
	}
	out := &verifyOutput{Body: verifyAnswer{
		Success: promising(ctx, o.Status), BackupPath: id, Operation: showOperation(o),
		Verification: showVerify(backup.VerifyReport{Deep: req.Deep}),
	}}
	if o.VerifyResult != nil {
		out.Body.Verification = showVerify(*o.VerifyResult)
	}
	out.Body.Message = verifyMessage(o)
	if unsuccessful(o.Status) {
		out.Body.Valid = false
		out.Body.Error = cmp.Or(out.Body.Error, sentences(o.Errors, out.Body.Message))
	}
	out.Status, out.Location, err = answered(ctx, o.Status, out.Body.Message, locationOf(o), out.Body)
	return out, err
}

// deep returns whether every byte is asked for, by either name; it is, unless
// somebody says no.
func (in *verifyInput) deep() (bool, error) {
	deep, old := in.Body.Deep, in.Body.VerifyChecksum
	if deep != nil && old != nil && *deep != *old {
		return false, errs.New(errs.ErrInvalid, "deep and verify_checksum contradict each other; give one of them.")
	}
	said := cmp.Or(deep, old)
	return said == nil || *said, nil
}

// verifyMessage says how a verify stands.
func verifyMessage(o backup.Operation) string {
	switch {
	case !o.Status.Finished():
		return "The backup is being verified. Ask at the Location how far it is."
	case o.Status == backup.StatusCancelled:
		return "The verify was cancelled."
	case o.VerifyResult == nil:
		return sentences(o.Errors, "The backup could not be verified.")
	case o.VerifyResult.Valid:
		return sentences(append([]string{wholeMessage(o)}, o.Warnings...), "")
	}
	return "The backup is damaged. " + o.VerifyResult.Error
}

// wholeMessage says how whole a backup is that is not damaged.
func wholeMessage(o backup.Operation) string {
	switch {
	case o.VerifyResult.Signature.Refused() != "":
		return "All that is stored is as it was written, but it is not known by whom. " + o.VerifyResult.Signature.Refused()
	case o.VerifyResult.HashedOnly > 0:
		return "All that is stored is as it was written. What is encrypted was not opened, since the secret key is not at hand."
	case len(o.Warnings) > 0:
		return "What is stored of the backup is whole."
	}
	return "The backup is whole."
}

// showVerify returns r as the API shows it.
func showVerify(r backup.VerifyReport) Verification {
	return Verification{
		Valid: r.Valid, Deep: r.Deep, FileSize: r.FileSize, Checksum: r.Checksum, Error: r.Error,
		Archives: r.Archives, BytesRead: r.BytesRead, Entries: r.Entries,
		Details: list(r.Details), Signature: string(r.Signature.State), Decoded: r.Decoded, HashedOnly: r.HashedOnly,
		DamagedArchives: list(r.DamagedArchives), DamagedFiles: list(r.DamagedFiles),
		DamagedArchiveCount: r.DamagedArchiveCount, DamagedFileCount: r.DamagedFileCount,
	}
}
