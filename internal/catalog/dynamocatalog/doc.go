// Package dynamocatalog keeps the catalog in one DynamoDB table with the string
// keys PK and SK:
//
//	PK               SK             record          beside it
//	BACKUP           <id>           backup.Backup     version
//	OPERATION        <id>           backup.Operation  version
//	LOCK             <name>         backup.Lock       owner (absent when free), token
//	AUDIT#<yyyy-mm>  <time>#<rand>  backup.AuditEntry expires_at
//	IDEMPOTENCY      <key>          -                 id, expires_at
//
// record is the JSON text of package catalog; the attributes beside it are those
// that a condition or the table's time to live (expires_at, seconds since 1970)
// needs. There is no index, no scan and no transaction: every write touches one
// item under a condition, every list is a query of one partition, and every
// read is strongly consistent.
//
// # Writes whose outcome is unclear
//
// When an answer is lost, the SDK sends the write again. The second try then
// meets the first one's item and its condition fails, although the write has
// been done. Therefore each write carries a random attribute, write: when a
// condition fails, the item is read, and if it carries this very write, the
// write succeeded. It is read with GetItem instead of being asked for with the
// refusal (ReturnValuesOnConditionCheckFailure), since refusals are rare and not
// every server that speaks DynamoDB's protocol returns it.
//
// If somebody has written over the item in between, the answer is
// errs.ErrConflict: true for what the caller has to do next, which is to read.
package dynamocatalog
