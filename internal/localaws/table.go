package localaws

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.yaml.in/yaml/v3"

	"github.com/vertex-ar/backup/internal/errs"
)

// tableResource is the logical id of the catalog's table in template.yaml.
const tableResource = "CatalogTable"

// tableProperties is what of an AWS::DynamoDB::Table a table is created with.
type tableProperties struct {
	AttributeDefinitions []struct {
		AttributeName string `yaml:"AttributeName"`
		AttributeType string `yaml:"AttributeType"`
	} `yaml:"AttributeDefinitions"`
	KeySchema              []keyElement `yaml:"KeySchema"`
	GlobalSecondaryIndexes []struct {
		IndexName  string       `yaml:"IndexName"`
		KeySchema  []keyElement `yaml:"KeySchema"`
		Projection struct {
			ProjectionType   string   `yaml:"ProjectionType"`
			NonKeyAttributes []string `yaml:"NonKeyAttributes"`
		} `yaml:"Projection"`
	} `yaml:"GlobalSecondaryIndexes"`
}

type keyElement struct {
	AttributeName string `yaml:"AttributeName"`
	KeyType       string `yaml:"KeyType"`
}

// TableInput returns the request that creates the catalog's table, under the
// given name, as the SAM template in the file template describes it. Only
// what a local server knows is taken: keys, attributes, indexes.
func TableInput(template, name string) (*dynamodb.CreateTableInput, error) {
	text, err := os.ReadFile(template) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, fmt.Errorf("table of the catalog: %w", err)
	}
	// Properties stays a node until the resource is found: decoding a node
	// ignores CloudFormation's tags (!Ref, !Sub) in the parts not asked for.
	var doc struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", template, err)
	}
	res, ok := doc.Resources[tableResource]
	if !ok || res.Type != "AWS::DynamoDB::Table" {
		return nil, errs.New(errs.ErrNotFound, "The template has no DynamoDB table named %s.", tableResource)
	}
	var props tableProperties
	if err := res.Properties.Decode(&props); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", template, tableResource, err)
	}
	return props.input(name), nil
}

func (p *tableProperties) input(name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: keySchema(p.KeySchema),
	}
	for _, a := range p.AttributeDefinitions {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: &a.AttributeName, AttributeType: types.ScalarAttributeType(a.AttributeType),
		})
	}
	for _, g := range p.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: &g.IndexName, KeySchema: keySchema(g.KeySchema),
			Projection: &types.Projection{
				ProjectionType:   types.ProjectionType(g.Projection.ProjectionType),
				NonKeyAttributes: g.Projection.NonKeyAttributes,
			},
		})
	}
	return in
}

func keySchema(keys []keyElement) []types.KeySchemaElement {
	var out []types.KeySchemaElement
	for _, k := range keys {
		out = append(out, types.KeySchemaElement{AttributeName: &k.AttributeName, KeyType: types.KeyType(k.KeyType)})
	}
	return out
}

// EnsureTable creates the table unless it is there already, and returns when
// it can be used.
func EnsureTable(ctx context.Context, client *dynamodb.Client, in *dynamodb.CreateTableInput) error {
	_, err := client.CreateTable(ctx, in)
	if _, exists := errors.AsType[*types.ResourceInUseException](err); err != nil && !exists {
		return fmt.Errorf("create table %s: %w", *in.TableName, err)
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = probePause, time.Second
	})
	if err := waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName}, startTimeout); err != nil {
		return fmt.Errorf("table %s: %w", *in.TableName, err)
	}
	return nil
}
