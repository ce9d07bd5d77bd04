// Package store keeps every event a viewer received, exactly once by (source, boot, lane, seq), in SQLite or PostgreSQL.
//
// Both speak one schema and one set of queries; what differs is in a dialect. Strings that repeat (device, metric,
// labels) stand once in a dictionary, an event is a row of numbers beside it. Holes in the numbering are kept as gaps
// until a resend fills them or an agent declares that it cannot.
//
// The package knows nothing of MQTT or HTTP, and draws no conclusion from an event but its place in the numbering.
package store
