package dynamocatalog_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// The holder of an expired lock renews it after another has read it and before
// that one takes it.
func TestAcquireSeesARenewalMeanwhile(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	holder := dynamocatalog.New(client, table)
	l, err := holder.AcquireLock(t.Context(), "lock", "holder", now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	late := now.Add(time.Hour)
	other := dynamocatalog.New(over(client, preceded("PutItem", func() {
		if _, err := holder.RenewLock(t.Context(), l, late, time.Minute); err != nil {
			t.Error(err)
		}
	})), table)
	if _, err := other.AcquireLock(t.Context(), "lock", "other", late, time.Minute); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("AcquireLock = %v, want ErrConflict", err)
	}
	if _, err := holder.RenewLock(t.Context(), l, late, time.Minute); err != nil {
		t.Errorf("the holder lost its lock: %v", err)
	}
}

// The holder frees the lock at that moment: the other gets it.
func TestAcquireSeesAReleaseMeanwhile(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	holder := dynamocatalog.New(client, table)
	l, err := holder.AcquireLock(t.Context(), "lock", "holder", now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	other := dynamocatalog.New(over(client, preceded("PutItem", func() {
		if err := holder.ReleaseLock(t.Context(), l); err != nil {
			t.Error(err)
		}
	})), table)
	next, err := other.AcquireLock(t.Context(), "lock", "other", now.Add(time.Hour), time.Minute)
	if err != nil || next.Token <= l.Token {
		t.Errorf("AcquireLock = %+v, %v, want a token greater than %d", next, err, l.Token)
	}
}

// DynamoDB removes an expired binding after it has stood in the way.
func TestRememberBindsWhatExpiredMeanwhile(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	if _, err := dynamocatalog.New(client, table).Remember(t.Context(), "key", "old", "", now); err != nil {
		t.Fatal(err)
	}
	c := dynamocatalog.New(over(client, preceded("GetItem", func() {
		_, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "IDEMPOTENCY"}, "SK": &types.AttributeValueMemberS{Value: "key"},
		}})
		if err != nil {
			t.Error(err)
		}
	})), table)
	if id, err := c.Remember(t.Context(), "key", backup.ID("new"), "", now); err != nil || id != "new" {
		t.Errorf("Remember = %q, %v, want new", id, err)
	}
}
