// Package telemetry shows what the house knows, to people and to Prometheus.
//
// [Metrics] is the state behind /metrics: counters and histograms are kept where things happen, readings are taken from
// [buffer.Present] at the scrape, so that a stale or missing reading is absent instead of old. [Server] answers HTTP: the
// page, /status, /events (once or as a stream), ingest, history and commands. [Trend] is a week of every point in a few
// kilobytes.
//
// The package talks to no instrument: it asks a [House] what is, passes commands to a [Door], and reads rings. It decides
// nothing about safety; whether a command is let through is the Door's business.
package telemetry
