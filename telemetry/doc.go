// Package telemetry shows what the house knows, to people and to Prometheus.
//
// [Server] answers HTTP: /metrics (which telemetry/metrics makes), the page, /status, /events (once or as a stream), ingest, history and commands. [Trend] is a week of every point in a few
// kilobytes.
//
// The package talks to no instrument: it asks a [House] what is, passes commands to a [Door], and reads rings. It decides
// nothing about safety; whether a command is let through is the Door's business.
package telemetry
