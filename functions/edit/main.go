// Command edit is the Lambda function that pins backups and changes their notes.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/vertex-ar/backup/internal/app"
)

func main() {
	ctx := context.Background()
	handler, err := app.Edit(ctx, os.Getenv)
	if err != nil {
		slog.ErrorContext(ctx, "start", slog.String("error", err.Error()))
		os.Exit(1)
	}
	lambda.Start(handler)
}
