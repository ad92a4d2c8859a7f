// Command authorizer is the Lambda function that decides for the HTTP API who
// may come in.
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
	handler, err := app.Authorizer(ctx, os.Getenv)
	if err != nil {
		slog.ErrorContext(ctx, "start", slog.String("error", err.Error()))
		os.Exit(1)
	}
	lambda.Start(handler)
}
