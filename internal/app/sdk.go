package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
)

// loadAWS reads the configuration of the AWS SDK from where every program does.
// What the SDK has to say goes to log: by itself it writes to the standard error,
// between the lines that users read.
func loadAWS(ctx context.Context, log *slog.Logger, opts ...func(*config.LoadOptions) error) (aws.Config, error) {
	ac, err := config.LoadDefaultConfig(ctx, append(opts, config.WithLogger(sdkLog{log}))...)
	if err != nil {
		return ac, fmt.Errorf("load AWS configuration: %w", err)
	}
	return ac, nil
}

// sdkLog is a log of the SDK. Its warnings are of no use to users: what matters
// comes back as an error.
type sdkLog struct{ to *slog.Logger }

// Logf implements logging.Logger.
func (l sdkLog) Logf(class logging.Classification, format string, args ...any) {
	l.to.Debug("AWS SDK: "+fmt.Sprintf(format, args...), "class", string(class)) //nolint:sloglint // it has no context
}
