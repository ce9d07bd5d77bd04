// Package uplink carries events between the rings of an agent and an MQTT broker, and from the broker to a viewer.
//
// A [Publisher] follows the three rings of an agent. The ring is the queue: at most [Window] messages are on their way and not
// acknowledged, they are awaited in the order they were sent, and the place in the ring moves on when the broker has said
// that it has a message. A connection that is lost is thrown away and a new one sends again from that place, so that
// everything arrives at least once and in order. What the ring overwrote before it could be sent is declared on the topic
// gap; nothing is lost silently.
//
// A [Subscriber] is the other end: a persistent session that acknowledges messages, in order, only after its handler has
// stored them.
//
// The package does not decide what may be commanded, keeps nothing on disk, and knows nothing of pages and metrics.
package uplink
