package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// ListOperations returns a page of the operations, newest first.
func (s *Service) ListOperations(ctx context.Context, req OperationsRequest) (OperationsResult, error) {
	limit, err := pageLimit(req.Limit, req.Cursor)
	if err != nil {
		return OperationsResult{}, err
	}
	var res OperationsResult
	err = s.eachOperation(ctx, ID(req.Cursor), func(o Operation) bool {
		if req.Active && o.Status.Finished() {
			return true
		}
		if len(res.Operations) == limit {
			res.Next = string(res.Operations[limit-1].ID)
			return false
		}
		res.Operations = append(res.Operations, o)
		return true
	})
	return res, err
}

// pageLimit returns how many records a page of a list has.
func pageLimit(limit int, cursor string) (int, error) {
	if limit < 0 || limit > maxLimit {
		return 0, errs.New(errs.ErrInvalid, "The limit must be between 1 and %d.", maxLimit)
	}
	if cursor != "" {
		if _, err := ParseID(cursor); err != nil {
			return 0, errs.New(errs.ErrInvalid, "The cursor is not one that this list gave.")
		}
	}
	if limit == 0 {
		limit = defaultLimit
	}
	return limit, nil
}

// eachOperation is eachBackup for operations.
func (s *Service) eachOperation(ctx context.Context, before ID, visit func(Operation) bool) error {
	return eachRecord(ctx, before, s.Operations.ListOperations, func(o Operation) (ID, bool) {
		if ended, ok := s.Endings.operation(o.ID); ok {
			o = ended
		}
		return o.ID, visit(presentOperation(o, s.Now()))
	})
}

// newestOperation returns the newest operation that matches, among so many of
// the newest ones; nil if there is none.
func (s *Service) newestOperation(ctx context.Context, among int, matches func(Operation) bool) (*Operation, error) {
	var found *Operation
	looked := 0
	err := s.eachOperation(ctx, "", func(o Operation) bool {
		if matches(o) {
			found = &o
		}
		looked++
		return found == nil && looked < among
	})
	return found, err
}

// GetOperation returns one operation; errs.ErrNotFound.
func (s *Service) GetOperation(ctx context.Context, id ID) (Operation, error) {
	if ended, ok := s.Endings.operation(id); ok {
		return ended, nil
	}
	o, err := s.Operations.GetOperation(ctx, id)
	if errors.Is(err, errs.ErrNotFound) {
		return Operation{}, noSuchOperation(id).Because(err)
	}
	return presentOperation(o, s.Now()), err
}

func noSuchOperation(id ID) *errs.Error {
	return errs.New(errs.ErrNotFound, "There is no operation %s.", id)
}
