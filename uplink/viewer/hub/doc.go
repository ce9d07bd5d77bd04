// Package hub carries what the agents of many labs publish to the viewers of an institute, over NATS. At a lab a [Forwarder] reads the lab's
// own broker, in a session of its own that keeps what comes while the hub is away, and hands each message to the hub, which answers when it
// is kept. At the institute [Receiver]s share one consumer: one of them at a time stores, in order, and the next goes on where it stopped.
// A message may come more than once; its identity shows that. Requests for resends and reports of what was received go the other way,
// and nothing else does: no command comes from a hub. It keeps nothing itself.
package hub
