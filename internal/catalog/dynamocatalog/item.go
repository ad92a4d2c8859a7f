package dynamocatalog

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/vertex-ar/backup/internal/catalog"
)

// The partitions.
const (
	backups     = "BACKUP"
	operations  = "OPERATION"
	locks       = "LOCK"
	auditPrefix = "AUDIT#" // and the month
	idempotency = "IDEMPOTENCY"
	logPrefix   = "LOG#" // and the record's id
	sessions    = "SESSION"
)

// The attributes.
const (
	attrPK      = "PK"
	attrSK      = "SK"
	attrRecord  = "record"
	attrVersion = "version"
	attrOwner   = "owner"
	attrToken   = "token"
	attrID      = "id"
	attrWrite   = "write"
	attrExpires = "expires_at" // the table's time-to-live attribute
	// attrDeleting stands in the record of a backup that is being deleted. Only roles
	// that may delete may write it; see template.yaml.
	attrDeleting = "deleting"
)

type (
	value = types.AttributeValue
	item  map[string]value
)

func text(s string) value { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) value {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// expiry rounds up, so that nothing goes before its time.
func expiry(at time.Time) value { return number(at.Unix() + 1) }

func key(pk, sk string) item { return item{attrPK: text(pk), attrSK: text(sk)} }

// encoded returns an item that holds record.
func encoded(pk, sk string, record any) (item, error) {
	if err := catalog.CheckKey(sk); err != nil {
		return nil, err
	}
	json, err := catalog.Encode(record)
	if err != nil {
		return nil, err
	}
	it := key(pk, sk)
	it[attrRecord] = text(string(json))
	return it, nil
}

// decoded returns the record that it holds.
func decoded[T any](it item) (T, error) {
	return catalog.Decode[T]([]byte(it.text(attrRecord)))
}

// text returns a string attribute, "" when there is none.
func (it item) text(name string) string {
	if s, ok := it[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
