// Package broker is the MQTT broker inside the viewer: a NATS server with its MQTT 3.1.1 listener and its file store. Sessions, what waits
// for them, and retained messages survive the process, a kill included.
//
// It is transport and never the truth: its store is bounded, and what it loses is found by the agents' numbers and sent again. It listens on
// no other protocol. Off loopback it has users, each with rights of its own.
package broker
