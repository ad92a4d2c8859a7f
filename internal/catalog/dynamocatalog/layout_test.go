package dynamocatalog_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
)

// partitionOf reads the items of one partition as name=value, without those
// that are random.
func partitionOf(t *testing.T, client *dynamodb.Client, table, pk string) [][]string {
	t.Helper()
	out, err := client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &table, KeyConditionExpression: aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var items [][]string
	for _, it := range out.Items {
		delete(it, "write")
		var attributes []string
		for _, name := range slices.Sorted(maps.Keys(it)) {
			attributes = append(attributes, name+"="+plain(it[name]))
		}
		items = append(items, attributes)
	}
	return items
}

func plain(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		at, _, _ := strings.Cut(v.Value, "#") // what follows a line's time is random
		if strings.HasPrefix(at, "2026-") {
			return at
		}
		return v.Value
	case *types.AttributeValueMemberN:
		return "number " + v.Value
	}
	return "something else"
}

// The table outlives every version of the program: a change here needs a way
// for the items that exist.
func TestLayoutOfTheTable(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	c := dynamocatalog.New(client, table)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

	o, put := c.PutOperation(t.Context(), backup.Operation{ID: "o"})
	_, again := c.PutOperation(t.Context(), o)
	_, held := c.AcquireLock(t.Context(), "held", "o", at, time.Minute)
	l, taken := c.AcquireLock(t.Context(), "free", "o", at, time.Minute)
	_, bound := c.Remember(t.Context(), "key", "o", "", at)
	err := errors.Join(put, again, held, taken, bound,
		c.ReleaseLock(t.Context(), l),
		c.AppendLog(t.Context(), "o", []backup.LogLine{{Seq: 7, Time: at, Level: backup.LevelInfo, Code: "phase", Text: "Copying."}}, at),
		c.AppendAudit(t.Context(), backup.AuditEntry{Time: at, Actor: "me", Action: "create", Outcome: "accepted"}))
	if err != nil {
		t.Fatal(err)
	}
	zeroes := `"progress":{"phase":"","done_bytes":0,"total_bytes":0,"done_files":0,"total_files":0},"lease":{},"version":2}`
	for pk, want := range map[string][][]string{
		"OPERATION": {{
			"PK=OPERATION", "SK=o",
			`record={"id":"o","verb":"","status":"","created_at":"0001-01-01T00:00:00Z","created_by":"",` + zeroes,
			"version=number 2",
		}},
		"LOCK": {{
			"PK=LOCK", "SK=free", `record={"name":"free","owner":"","token":1,"expires":"0001-01-01T00:00:00Z"}`, "token=number 1",
		}, {
			"PK=LOCK", "SK=held", "owner=o",
			`record={"name":"held","owner":"o","token":1,"expires":"2026-01-02T03:05:05.000000006Z"}`, "token=number 1",
		}},
		"AUDIT#2026-01": {{
			"PK=AUDIT#2026-01", "SK=2026-01-02T03:04:05.000000006Z", "expires_at=number 1801537446",
			`record={"time":"2026-01-02T03:04:05.000000006Z","actor":"me","action":"create","outcome":"accepted"}`,
		}},
		"LOG#o": {{
			"PK=LOG#o", "SK=000000000007", "expires_at=number 1767323046",
			`record=[{"seq":7,"time":"2026-01-02T03:04:05.000000006Z","level":"info","code":"phase","text":"Copying."}]`,
		}},
		"IDEMPOTENCY": {{"PK=IDEMPOTENCY", "SK=key", "expires_at=number 1767323046", "id=o"}},
	} {
		if diff := cmp.Diff(want, partitionOf(t, client, table, pk)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", pk, diff)
		}
	}
}

// A role that may write records but not delete could have a backup deleted by the
// next rotation, if it only had to write that it is being deleted.
func TestDeletionCountsOnlyWithItsAttribute(t *testing.T) {
	t.Parallel()
	client := awstest.DynamoDB(t)
	table := awstest.Table(t, client)
	c := dynamocatalog.New(client, table)
	b, err := c.PutBackup(t.Context(), backup.Backup{ID: "b", Kind: backup.KindDatabase, Status: backup.StatusDeleting, DatabaseOK: true, Pinned: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.GetBackup(t.Context(), "b"); err != nil || got.Status != backup.StatusDeleting {
		t.Errorf("a deletion is read as %q, %v", got.Status, err)
	}
	forged, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "BACKUP"}, "SK": &types.AttributeValueMemberS{Value: "b"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	delete(forged.Item, "deleting")
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: forged.Item}); err != nil {
		t.Fatal(err)
	}
	page, err := c.ListBackups(t.Context(), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.GetBackup(t.Context(), "b")
	if err != nil || got.Status != backup.StatusCompleted || len(got.Warnings) != 1 || got.Version != b.Version {
		t.Errorf("got %+v, %v", got, err)
	}
	if diff := cmp.Diff([]backup.Backup{got}, page); diff != "" {
		t.Errorf("the list differs:\n%s", diff)
	}
}
