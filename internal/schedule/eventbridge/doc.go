// Package eventbridge reads and changes the four schedules that template.yaml
// makes in EventBridge Scheduler, which is where they are kept and fired. It is
// a [backup.Scheduler].
//
// EventBridge has no version to compare: the time of the last change serves as
// one, read right before a change. Two administrators who press the button in the
// same tenth of a second can therefore both succeed; the later one stands.
//
// It does not know who changed a schedule; the audit log does.
package eventbridge
