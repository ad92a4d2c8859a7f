package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/awstest"
)

func TestEachTestHasItsOwnBucket(t *testing.T) {
	client := awstest.S3(t)
	a, b := awstest.Bucket(t, client), awstest.Bucket(t, client)
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &a, Key: aws.String("k"), Body: strings.NewReader("v"),
	}); err != nil {
		t.Fatal(err)
	}
	out, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &b})
	if err != nil || len(out.Contents) != 0 {
		t.Errorf("other bucket has %d objects, %v, want none", len(out.Contents), err)
	}
}

func TestTableHasPartitionAndSortKey(t *testing.T) {
	client := awstest.DynamoDB(t)
	name := awstest.Table(t, client)
	out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	keys := out.Table.KeySchema
	if len(keys) != 2 || *keys[0].AttributeName != "PK" || *keys[1].AttributeName != "SK" {
		t.Errorf("key schema = %v, want PK, SK", keys)
	}
}

func TestEnvNamesBothServers(t *testing.T) {
	env := strings.Join(awstest.Env(t), "\n")
	for _, want := range []string{"AWS_ENDPOINT_URL_S3=http://127.0.0.1:", "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:"} {
		if !strings.Contains(env, want) {
			t.Errorf("Env lacks %s:\n%s", want, env)
		}
	}
}
