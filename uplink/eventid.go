package uplink

import "pychron-edge/buffer"

// EventID is the identity of an event within its lane.
type EventID struct {
	Boot string `json:"boot"`
	Seq  uint64 `json:"seq"`
}

// predecessor is the id of the event before e in the same boot.
func predecessor(e *buffer.Event) EventID { return EventID{e.Boot, e.Seq - 1} }
