// Command schedule is the Lambda function that reads and changes the schedules.
package main

import (
	"context"
	"log/slog"
	"os"
	_ "time/tzdata" // Lambda's Amazon Linux 2023 knows no time zones

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/vertex-ar/backup/internal/app"
)

func main() {
	ctx := context.Background()
	handler, err := app.Schedule(ctx, os.Getenv)
	if err != nil {
		slog.ErrorContext(ctx, "start", slog.String("error", err.Error()))
		os.Exit(1)
	}
	lambda.Start(handler)
}
