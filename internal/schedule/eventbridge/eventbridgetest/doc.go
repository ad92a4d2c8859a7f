// Package eventbridgetest is a server that speaks as much of EventBridge
// Scheduler's protocol, REST with JSON, as package eventbridge asks for.
package eventbridgetest
