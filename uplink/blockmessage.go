package uplink

import (
	"errors"
	"fmt"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// FormatBlock is what a viewer that reads blocks names among its formats; FormatEvent every viewer reads.
const (
	FormatEvent = "event"
	FormatBlock = "block"
)

// blockMessage is the message of a block; false where it is too long to be one.
func blockMessage(names *topicNames, held *block.Held) (outgoing, bool) {
	payload := held.AppendBlock(nil)
	return outgoing{row: blocksTopic, topic: names.of(blocksTopic), payload: payload, part: partOther}, len(payload) <= maxBlock
}

// decodeBlock reads a block of readings, each of which must be one that could have come as a single event.
func decodeBlock(_ *Decoder, m *Message, _ string, payload []byte) error {
	var it block.Iterator
	if err := it.Open(payload); err != nil {
		return err
	}
	switch {
	case m.Retained:
		return errors.New("a block must not be retained")
	case level(it.Event.Source) != m.Agent:
		return fmt.Errorf("source %.40q is not the agent %s", it.Event.Source, m.Agent)
	}
	for it.Next() {
		if err := checkEvent(&it.Event, []buffer.Lane{buffer.Readings}); err != nil {
			return fmt.Errorf("seq %d: %w", it.Event.Seq, err)
		}
		m.Events = append(m.Events, it.Event)
	}
	return nil
}
