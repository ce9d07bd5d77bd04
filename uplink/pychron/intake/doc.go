// Package intake reads the metrics page of Pychron and makes events of what it counts: docs/protocols/pychron-metrics.md, whose
// rules of section 4 the comments name.
//
// A page shows totals since Pychron's start and never shrinks while it runs. So what is new in a page is what happened; what
// vanished from it, or fell, is a restart. The page is read as it comes: of a series that was seen a hash is kept, and nothing else.
//
// The package serves nothing, moves no metric and keeps no event: all that it finds is recorded by who it was given.
package intake
