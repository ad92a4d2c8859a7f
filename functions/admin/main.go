// Command admin is the Lambda function that serves the admin page. It has no
// data and may do nothing.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/vertex-ar/backup/functions/admin/web"
	"github.com/vertex-ar/backup/internal/app"
)

func main() {
	ctx := context.Background()
	handler, err := app.Admin(os.Getenv, web.Files())
	if err != nil {
		slog.ErrorContext(ctx, "start", slog.String("error", err.Error()))
		os.Exit(1)
	}
	lambda.Start(handler)
}
