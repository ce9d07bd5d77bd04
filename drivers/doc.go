// Package drivers speaks to instruments: one file per instrument, which turns bytes into [Reading]s and nothing more.
//
// A driver gets its [Wires] (a [Port] to transact on, pins, a way to wait), answers Read with everything it measured or
// an error, and, where it acts, lists its [Control]s, sets them and halts. It does not poll, retry, log or know the time.
// A number it reports is a value, censored low, censored high, or missing with a reason: never invented, never a
// default, never old.
//
// The kit of framings and checksums that drivers are written with lives here too; the lines themselves (serial, TCP, UDP) are
// in package line, the GPIO chips in package pin. What the package does not do: decide when to read, what to do about a failure,
// or whether a command may be carried out.
package drivers

//go:generate go test -run ^TestInstrumentTable$ -update .
