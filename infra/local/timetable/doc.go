// Package timetable fires the scheduled jobs on a laptop, as EventBridge
// Scheduler does in AWS: the same four schedules, the same names, the same job
// for each. What an administrator changes takes effect at once and is kept in a
// file. What missed its time because the program did not run is not made up for.
package timetable
