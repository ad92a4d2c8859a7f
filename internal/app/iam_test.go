package app_test

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// statement is one of a policy's, as IAM reads it.
type statement struct {
	Sid, Effect                   string
	Action, Resource, NotResource texts
	Condition                     map[string]map[string]texts // by operator and key
}

// texts is a JSON value that is a string or an array of them.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (all *texts) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	several, ok := value.([]any)
	if !ok {
		several = []any{value}
	}
	for _, one := range several {
		s := strings.NewReplacer("${BackupPrefix}", keyPrefix, "${AWS::StackName}", stackName).Replace(fmt.Sprint(one))
		*all = append(*all, s)
	}
	return nil
}

// call is a request as IAM judges it.
type call struct {
	action    string
	resources []string // each must be allowed
	context   map[string][]string
}

// policy is what decides about the calls of one function: its own statements and
// those of the bucket.
type policy []statement

// allows reports whether some statement allows the call, for each resource, and
// none denies it.
func (p policy) allows(c call) bool {
	return len(c.resources) > 0 && !slices.ContainsFunc(c.resources, func(resource string) bool {
		hit := func(effect string) bool {
			return slices.ContainsFunc(p, func(s statement) bool { return s.Effect == effect && s.covers(c, resource) })
		}
		return !hit("Allow") || hit("Deny")
	})
}

func (s statement) covers(c call, resource string) bool {
	if !like(s.Action, c.action) {
		return false
	}
	if len(s.NotResource) > 0 && like(s.NotResource, resource) || len(s.Resource) > 0 && !like(s.Resource, resource) {
		return false
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if !holds(operator, c.context[key], values) {
				return false
			}
		}
	}
	return true
}

// holds evaluates a condition on the values that a call has for a key. As IAM
// does, ForAllValues holds for none, the plain operators do not.
func holds(operator string, has, want []string) bool {
	within := func(v string) bool { return slices.Contains(want, v) }
	switch operator {
	case "ForAllValues:StringLike":
		return !slices.ContainsFunc(has, func(v string) bool { return !like(want, v) })
	case "ForAllValues:StringEquals":
		return !slices.ContainsFunc(has, func(v string) bool { return !within(v) })
	case "StringEquals", "ArnEquals", "Bool":
		return slices.ContainsFunc(has, within)
	case "Null":
		return want[0] == fmt.Sprint(len(has) == 0)
	}
	panic("no such operator: " + operator)
}

// like reports whether a name is one of the patterns, in which a star is any text.
func like(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`)
		return regexp.MustCompile("(?s)^" + expression + "$").MatchString(name)
	})
}

// The resources as template.yaml names them.
const (
	table      = "CatalogTable.Arn"
	bucket     = "BackupBucket.Arn"
	inBucket   = "${BackupBucket.Arn}/"
	inTemplate = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/default/"
)

// roleOf names the role of a function as template.yaml does.
func roleOf(function string) string {
	return strings.ToUpper(function[:1]) + function[1:] + "FunctionRole.Arn"
}

// policyOf returns what decides about the calls of a function. Conditions of the
// template that these tests do not fulfil leave their statements out.
func policyOf(t *testing.T, tpl template, f functionProperties) policy {
	t.Helper()
	var all policy
	for _, p := range f.Policies {
		for _, raw := range p.Statement {
			if raw[0] == '[' { // under a condition (!If)
				var parts []json.RawMessage
				if err := json.Unmarshal(raw, &parts); err != nil {
					t.Fatal(err)
				}
				if name := string(parts[0]); name == `"HasEfs"` || name == `"HasKey"` {
					continue
				}
				raw = parts[1]
			}
			var s statement
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
	}
	return append(all, bucketPolicy(t, tpl)...)
}

func bucketPolicy(t *testing.T, tpl template) policy {
	t.Helper()
	type properties struct {
		PolicyDocument struct{ Statement policy }
	}
	all := resources[properties](t, tpl, "AWS::S3::BucketPolicy")
	return all["BackupBucketPolicy"].PolicyDocument.Statement
}

// onObject is a call on an object of the repository, by the role of a function.
// Contexts are those of a request that creates an object on condition.
func onObject(function, action, key string) call {
	c := call{action: action, resources: []string{inBucket + path.Join(keyPrefix, key)}, context: secure(function)}
	if action == "s3:PutObject" {
		c.context["s3:if-none-match"], c.context["s3:ObjectCreationOperation"] = []string{"*"}, []string{"true"}
	}
	return c
}

// secure is the context of a request over TLS by the role of a function.
func secure(function string) map[string][]string {
	return map[string][]string{"aws:SecureTransport": {"true"}, "aws:PrincipalArn": {roleOf(function)}}
}

// onTable is a call on one item of the table. Attributes are those of a record.
func onTable(function, action, partition string, attributes ...string) call {
	if len(attributes) == 0 && action == "dynamodb:PutItem" {
		attributes = []string{"PK", "SK", "record", "version", "write"}
	}
	c := call{action: action, resources: []string{table}, context: secure(function)}
	c.context["dynamodb:LeadingKeys"], c.context["dynamodb:Attributes"] = []string{partition}, attributes
	return c
}
