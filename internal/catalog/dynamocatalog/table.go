package dynamocatalog

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/vertex-ar/backup/internal/catalog"
)

// get reads an item; nil when there is none.
func (c *Catalog) get(ctx context.Context, pk, sk string) (item, error) {
	if catalog.CheckKey(sk) != nil {
		return nil, ctx.Err() // nothing can be there, and DynamoDB refuses to look
	}
	out, err := c.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &c.table, Key: key(pk, sk), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, c.classify(ctx, "reading from the catalog", err)
	}
	return out.Item, nil
}

// put writes an item where the condition holds, and reports whether it did. It
// tells a write that was done, but sent twice, from one that was refused.
func (c *Catalog) put(ctx context.Context, it item, cond condition) (bool, error) {
	write := rand.Text()
	it[attrWrite] = text(write)
	_, err := c.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &c.table, Item: it,
		ConditionExpression:       &cond.expression,
		ExpressionAttributeNames:  cond.names,
		ExpressionAttributeValues: cond.values,
	})
	if !refused(err) {
		return err == nil, c.classify(ctx, "writing to the catalog", err)
	}
	is, err := c.get(ctx, it.text(attrPK), it.text(attrSK))
	return is.text(attrWrite) == write, err
}

// add writes an item unless there is one of its key. It reads nothing: who adds to
// the logs need not be allowed to.
func (c *Catalog) add(ctx context.Context, it item) error {
	cond := absent()
	_, err := c.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &c.table, Item: it, ConditionExpression: &cond.expression})
	if refused(err) {
		return nil
	}
	return c.classify(ctx, "writing to the catalog", err)
}

// remove deletes the item where the condition holds, and reports whether it
// did. The condition must hold where there is no item.
func (c *Catalog) remove(ctx context.Context, pk, sk string, cond condition) (bool, error) {
	if catalog.CheckKey(sk) != nil {
		return true, ctx.Err()
	}
	_, err := c.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &c.table, Key: key(pk, sk),
		ConditionExpression:       &cond.expression,
		ExpressionAttributeNames:  cond.names,
		ExpressionAttributeValues: cond.values,
	})
	if refused(err) {
		return false, nil
	}
	return err == nil, c.classify(ctx, "deleting from the catalog", err)
}

// query returns at most limit items of a partition in falling order of SK,
// those below before ("" for all). It reads on where DynamoDB stops at 1 MB.
func (c *Catalog) query(ctx context.Context, pk, before string, limit int) ([]item, error) {
	in := &dynamodb.QueryInput{
		TableName: &c.table, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:    aws.String(attrPK + " = :pk"),
		ExpressionAttributeValues: item{":pk": text(pk)},
	}
	if before != "" {
		*in.KeyConditionExpression += " AND " + attrSK + " < :before"
		in.ExpressionAttributeValues[":before"] = text(before)
	}
	var items []item
	for {
		in.Limit = aws.Int32(int32(limit - len(items))) //nolint:gosec // at most catalog.MaxPage and one
		out, err := c.client.Query(ctx, in)
		if err != nil {
			return nil, c.classify(ctx, "listing from the catalog", err)
		}
		for _, it := range out.Items {
			items = append(items, it)
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
		if len(items) >= limit || len(out.LastEvaluatedKey) == 0 {
			return items, nil
		}
	}
}

// refused reports whether a condition did not hold.
func refused(err error) bool {
	_, is := errors.AsType[*types.ConditionalCheckFailedException](err)
	return is
}
