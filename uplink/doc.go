// Package uplink carries events from the rings of an agent to an MQTT broker, and from the broker to a viewer.
//
// A [Publisher] reads the three rings of an agent. The ring is the queue: at most [MaxInFlight] messages are sent and not
// acknowledged, they are awaited in the order they were sent, and the cursor of a ring advances when the broker has acknowledged a
// message. A connection that is lost is discarded, and the next one sends again from the cursor, so that everything arrives at least
// once and in order. Events that the ring overwrote before they could be sent are declared on the topic gap; nothing is lost silently.
//
// A [Subscriber] is the other end: a persistent session that acknowledges messages, in order, only after its handler has stored them.
//
// All topics stand in one table, in topic.go.
//
// The package does not decide what may be commanded, stores nothing on disk, and has no pages and no metrics.
package uplink
