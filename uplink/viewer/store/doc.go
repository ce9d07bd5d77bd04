// Package store keeps every event a viewer received, exactly once by (source, boot, lane, seq), in SQLite or PostgreSQL.
//
// Both use one schema and one set of queries; what differs is in a dialect. Strings that repeat (device, metric, labels) are stored once
// in a dictionary; an event is a row of numbers that refers to it. Gaps in the numbering are stored until a resend fills them or an
// agent declares that it cannot.
//
// The package does not use MQTT or HTTP, and interprets no event except for its place in the numbering and corrections of clocks.
package store
