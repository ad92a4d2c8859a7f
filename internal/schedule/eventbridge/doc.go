// Package eventbridge reads and changes the four schedules that template.yaml
// makes in EventBridge Scheduler, which is where they are kept and fired. It is
// a [backup.Scheduler].
//
// EventBridge has no version to compare: the time of the last change serves as
// one, read right before a change. That holds because the domain's changes
// exclude one another; a change in the AWS console at the same moment may be lost.
//
// It does not know who changed a schedule; the audit log does.
package eventbridge
