// Package pychron serves Pychron's remote-hardware text protocol on TCP and UDP, so that an unmodified Pychron drives the
// valves of a line and reads its gauges through the agent: docs/protocols/pychron-remote-valves.md, by whose sections the
// files are ordered.
//
// A request is one line, "Open A\r"; the reply is one write, "OK\r\n". A client that does not understand a reply takes it for
// false, which of a valve means closed. So no query for the state of a valve that exists is answered by an error, and a valve
// whose state is not known never reads as closed.
//
// Each laser has a port of its own: docs/protocols/pychron-remote-laser.md.
//
// The package decides nothing about what may move: every command goes to the [Agent], which refuses and records it.
package pychron
