// Package lifecycle counts what Pychron says of its queues and runs, by the names that its dashboards ask for:
// docs/protocols/pychron-metrics.md, section 5. The events are those that Pychron's executor emits (run_started, run_completed,
// ...), whoever brought them: a scrape of its metrics page, or a post.
//
// It keeps no event, knows no clock and does no I/O.
package lifecycle
