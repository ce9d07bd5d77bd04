// Package metrics shows Prometheus what happened and what is.
//
// [Metrics] is the state behind /metrics: counters and histograms are kept where things happen, readings are taken from
// [buffer.Present] at the scrape, so that a stale or missing reading is absent instead of old. What others post has series of its
// own, bounded, which never take a name of ours.
//
// The package serves nothing and talks to no instrument: a Gatherer is given to who answers HTTP.
package metrics
