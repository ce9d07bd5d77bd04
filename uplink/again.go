package uplink

import (
	"iter"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// blockReadings is how many readings one block of a store's has at most: with words in every second one it still is a message.
const blockReadings = 2000

// MessagesOf are the messages by which an agent would send events again: readings of one series that stand one after the other as blocks,
// everything else one by one. Kind, Prefix, Agent, Topic and Payload are set.
func MessagesOf(prefix, agent string, events []buffer.Event) iter.Seq[Message] {
	w := againWriter{prefix: prefix, agent: agent, names: newTopicNames(prefix, agent)}
	return func(yield func(Message) bool) {
		for len(events) > 0 {
			n := w.run(events)
			if !w.write(events[:n], yield) {
				return
			}
			events = events[n:]
		}
	}
}

// againWriter makes messages of events that a store has.
type againWriter struct {
	prefix, agent string
	names         *topicNames
	appender      block.Appender
}

// run is how many of the first events may stand in one block, at least one.
func (w *againWriter) run(events []buffer.Event) int {
	key := block.KeyOf(&events[0])
	n := 1
	for n < min(len(events), blockReadings) && key.Holds(&events[n]) {
		n++
	}
	return n
}

// write writes events of one series. It is false where nobody wants more.
func (w *againWriter) write(events []buffer.Event, yield func(Message) bool) bool {
	if payload := w.block(events); payload != nil {
		return yield(Message{Kind: BlockMessage, Prefix: w.prefix, Agent: w.agent, Topic: w.names.of(blocksTopic), Payload: payload})
	}
	for i := range events {
		_, topic := w.names.event(&events[i])
		if !yield(Message{Kind: EventMessage, Prefix: w.prefix, Agent: w.agent, Topic: topic, Payload: buffer.AppendJSON(nil, &events[i])}) {
			return false
		}
	}
	return true
}

// block is the payload of a block; nil where there are few events, or they are no readings, or it would be too long.
func (w *againWriter) block(events []buffer.Event) []byte {
	if len(events) < minBlock || events[0].Lane != buffer.Readings {
		return nil
	}
	added := 0
	for added < len(events) && w.appender.Append(&events[added]) {
		added++
	}
	payload := w.appender.AppendBlock(nil)
	if added < len(events) || len(payload) > maxBlock {
		return nil
	}
	return payload
}
