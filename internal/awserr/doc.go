// Package awserr says in sentences what S3 and DynamoDB refuse: one table from
// their codes to what is wrong and what to do, for the page, the command and the
// check before a command starts. It knows servers other than AWS's, which have
// codes of their own.
//
// What an answer means for the caller (there is no such object, somebody else
// was faster) is not its business: the adapters know that.
package awserr
