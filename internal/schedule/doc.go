// Package schedule knows when something is due: it reads crontabs, writes them
// as EventBridge Scheduler's expressions and back, and counts the next runs in a
// time zone. It is pure: it keeps no time and starts nothing. Its neighbours
// below do: eventbridge for AWS, timetable for a laptop.
//
// Its words: a crontab is five fields, as in "0 2 * * *"; an expression is
// EventBridge's form of it, as in "cron(0 2 * * ? *)".
//
// # The language
//
// A crontab has the five fields of crontab(5): minute, hour, day of month,
// month, day of week. A field is a list of *, numbers, ranges and steps of
// these; months and days of the week have names of three letters, and Sunday is
// 0 or 7. Nothing else is a crontab here: no @daily, no TZ=, no ?, no L, and no
// step after a single number, which programs read in different ways.
//
// EventBridge has a sixth field for the year, counts the days of the week from
// 1, and cannot ask for a day of the month and a day of the week at once, which
// crontab(5) takes for "either". Such a crontab is refused, everywhere alike:
// what is set on a laptop means the same in AWS.
//
// # Clock changes
//
// Runs follow the wall clock of a time zone by EventBridge Scheduler's rule:
//
//   - The hour that is skipped in spring: what would run in it does not run
//     that day. It is not moved.
//   - The hour that is repeated in autumn: what runs in it runs once, when the
//     clock shows the time first. That holds for every minute of it, so that
//     "*/15 * * * *" pauses for an hour.
package schedule
