package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
)

// RepairFormat writes the repository's format.json anew if it has to be and can be. It
// returns how many manifests vouch for it, and whether anything was to be done. The
// records are not looked at: without that file no other verb begins.
func RepairFormat(ctx context.Context, cfg Config, log *slog.Logger) (manifests int, done bool, err error) {
	ac, err := config.LoadDefaultConfig(ctx, config.WithDefaultRegion(defaultRegion))
	if err != nil {
		return 0, false, fmt.Errorf("load AWS configuration: %w", err)
	}
	p, err := reached(ctx, cfg, ac, log)
	if err != nil {
		return 0, false, err
	}
	return p.repository.RepairFormat(ctx)
}

// reached returns parts with a repository that answers.
func reached(ctx context.Context, cfg Config, ac aws.Config, log *slog.Logger) (*parts, error) {
	p := newParts(cfg, ac, newClock(log), memcatalog.New())
	if err := p.reach(ctx); err != nil {
		return nil, err
	}
	return p, p.withRepository()
}
