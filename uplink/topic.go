package uplink

import (
	"pychron-edge/buffer"
)

// DefaultPrefix is the first level of every topic where no other is configured.
const DefaultPrefix = "pychron"

// qos1 is MQTT's delivery at least once.
const qos1 = 1

// topic is one row of the table of topics: all that publisher, subscriber and viewer need to know about one topic.
//
// To add a topic that agents publish: add a row with a decoder here, publish it where its content arises (as sender.take does with
// the status), and add its kind to the handlers of the viewer (uplink/viewer/messages.go). To add a topic that agents receive: add a
// row and a field of inbox here, write the method that receives it, and set the field in New.
type topic struct {
	name     string // the levels below <prefix>/<agent>/
	levels   int    // how many levels follow name
	kind     Kind   // of the decoded message; 0 where a subscriber does not read the topic
	qos      byte
	retained bool   // the broker keeps the last message
	max      int    // greatest size of a payload that is read, in bytes; set if agents publish the topic
	from     origin // who publishes it

	// decode reads a payload into m, whose other fields are set. below is what follows name in the topic. It is set if agents
	// publish the topic.
	decode func(d *Decoder, m *Message, below string, payload []byte) error
	// receiver returns what the agent does with a message from others; nil where it does not listen.
	// It is set if others publish the topic.
	receiver func(in inbox) receiver
	// repeated is set where those who publish it do so again when nothing follows: the agent subscribes at QoS 0. A broker keeps state for
	// each subscription at QoS 1, and a NATS server three goroutines and a file.
	repeated bool
}

// Kind is what a message is about.
type Kind uint8

// The kinds of message.
const (
	StatusMessage Kind = 1 + iota // Payload: the status of an agent, retained, or its last will
	EventMessage                  // Event
	GapMessage                    // Gap: events that are lost
	BlockMessage                  // Events: readings that were packed
	StateMessage                  // Payload: the retained last state of a control
	TripMessage                   // Payload: compressed JSON of what was frozen around a trip
	ResultMessage                 // Payload: the result of a command; the last kind
)

// origin is who publishes a topic.
type origin uint8

const (
	fromAgent  origin = 1 + iota // the agent whose name is in the topic
	fromOthers                   // viewers and other clients
)

// receiver takes a message from the broker. It must not block, or the connection stops.
type receiver func(payload []byte, retained bool)

// inbox is what an agent receives messages with; nil = messages of that kind are not accepted.
type inbox struct{ commands, resends, received, ingest receiver }

// The greatest sizes of payloads, in bytes. An event is at most some 16 KiB, all its texts escaped.
const (
	maxStatus = 2 << 20
	maxEvent  = 64 << 10
	maxBlock  = 64 << 10
	maxTrip   = 1 << 20
)

// The topics. Their payloads are Options.Status, [buffer.Event], a block, [State], [Gap], [tripPayload], [result], [Gap], [Received], [commandPayload]
// and the body of POST /events.
var (
	statusTopic  = &topic{name: "status", from: fromAgent, kind: StatusMessage, qos: qos1, retained: true, max: maxStatus, decode: copyPayload}
	auditTopic   = &topic{name: "audit", from: fromAgent, kind: EventMessage, qos: qos1, max: maxEvent, decode: decodeAudit} // the ingest lane, too
	readingTopic = &topic{name: "readings", from: fromAgent, levels: 2, kind: EventMessage, qos: qos1, max: maxEvent, decode: decodeReading}
	blocksTopic  = &topic{name: "blocks", from: fromAgent, kind: BlockMessage, qos: qos1, max: maxBlock, decode: decodeBlock} // see docs/blocks.md
	stateTopic   = &topic{name: "state", from: fromAgent, levels: 2, kind: StateMessage, qos: qos1, retained: true, max: maxPayload, decode: decodeState}
	gapTopic     = &topic{name: "gap", from: fromAgent, kind: GapMessage, qos: qos1, max: maxPayload, decode: decodeGap}
	tripTopic    = &topic{name: "trips", from: fromAgent, kind: TripMessage, qos: qos1, max: maxTrip, decode: decodeTrip}
	resultTopic  = &topic{name: "results", from: fromAgent, kind: ResultMessage, qos: qos1, max: maxEvent, decode: copyPayload}

	resendTopic   = &topic{name: "resend", from: fromOthers, qos: qos1, repeated: true, receiver: func(in inbox) receiver { return in.resends }}
	receivedTopic = &topic{name: "received", from: fromOthers, qos: qos1, repeated: true, receiver: func(in inbox) receiver { return in.received }}
	commandTopic  = &topic{name: "commands", from: fromOthers, qos: qos1, receiver: func(in inbox) receiver { return in.commands }}
	ingestTopic   = &topic{name: "ingest", from: fromOthers, qos: qos1, receiver: func(in inbox) receiver { return in.ingest }}
)

// topics is the table.
var topics = []*topic{statusTopic, auditTopic, readingTopic, blocksTopic, stateTopic, gapTopic, tripTopic, resultTopic, resendTopic, receivedTopic, commandTopic, ingestTopic}

// subscribedAt is the QoS at which agents subscribe to the topic.
func (t *topic) subscribedAt() byte {
	if t.repeated {
		return 0
	}
	return qos1
}

// filter returns the filter of this topic alone, for all agents under prefix.
func (t *topic) filter(prefix string) string {
	if t.levels > 0 {
		return prefix + "/+/" + t.name + "/#"
	}
	return prefix + "/+/" + t.name
}

// topicOf returns the row of an event.
func topicOf(e *buffer.Event) *topic {
	if e.Lane == buffer.Readings {
		return readingTopic
	}
	return auditTopic
}
