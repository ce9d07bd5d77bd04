// Package telemetry shows people what an agent or a viewer knows.
//
// [Server] answers HTTP: /metrics (which telemetry/metrics makes), the page, /status, /events (once or as a stream), ingest,
// history and commands; docs/http.md describes every call. [Trend] is a week of every point in a few kilobytes.
//
// The package talks to no instrument: it asks a [Backend] what is, passes commands to a [Commander], and reads rings. It decides
// nothing about safety: the Commander decides whether a command is carried out.
package telemetry
