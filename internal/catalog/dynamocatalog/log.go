package dynamocatalog

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AppendLog implements [backup.Logs]. A batch of lines is one item, under the
// number of its last line: who has read up to a line finds what follows by it.
func (c *Catalog) AppendLog(ctx context.Context, id backup.ID, lines []backup.LogLine, expires time.Time) error {
	if err := catalog.CheckLog(id, lines); err != nil {
		return err
	}
	it, err := encoded(logPrefix+string(id), catalog.LogKey(lines[len(lines)-1].Seq), lines)
	if err != nil {
		return err
	}
	it[attrExpires] = expiry(expires)
	return c.add(ctx, it)
}

// ListLog implements [backup.Logs].
func (c *Catalog) ListLog(ctx context.Context, id backup.ID, after int64, limit int) ([]backup.LogLine, error) {
	if err := catalog.CheckPage("", limit); err != nil {
		return nil, err
	}
	in := &dynamodb.QueryInput{
		TableName: &c.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String(attrPK + " = :pk AND " + attrSK + " > :after"),
		ExpressionAttributeValues: item{":pk": text(logPrefix + string(id)), ":after": text(catalog.LogKey(after))},
	}
	var page []backup.LogLine
	for {
		out, err := c.client.Query(ctx, in)
		if err != nil {
			return nil, c.classify(ctx, "listing from the catalog", err)
		}
		for _, it := range out.Items {
			lines, err := decoded[[]backup.LogLine](it)
			if err != nil {
				return nil, err
			}
			page = catalog.AppendLines(page, lines, after, limit)
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
		if len(page) == limit || len(out.LastEvaluatedKey) == 0 {
			return page, nil
		}
	}
}
