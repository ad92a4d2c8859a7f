package localaws_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/localaws"
)

func TestTableIsThatOfTheTemplate(t *testing.T) {
	got, err := localaws.TableInput("testdata/template.yaml", "mine")
	if err != nil {
		t.Fatal(err)
	}
	want := &dynamodb.CreateTableInput{
		TableName: aws.String("mine"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("SK"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("PK"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("SK"), KeyType: types.KeyTypeRange},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(
		dynamodb.CreateTableInput{}, types.AttributeDefinition{}, types.KeySchemaElement{},
	)); diff != "" {
		t.Errorf("TableInput (-want +got):\n%s", diff)
	}
}

func TestTemplateWithoutTheTableIsNotFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(path, []byte("Resources:\n  Other: {Type: AWS::S3::Bucket}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := localaws.TableInput(path, "mine"); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("TableInput = %v, want ErrNotFound", err)
	}
}
