package uplink

import "pychron-edge/buffer"

// EventID is the identity of an event within its lane.
type EventID struct {
	Boot string `json:"boot"`
	Seq  uint64 `json:"seq"`
}

// eventID identifies an event within its lane.
type eventID struct {
	boot string
	seq  uint64
}

// predecessor is the id of the event before e in the same boot.
func predecessor(e *buffer.Event) eventID { return eventID{e.Boot, e.Seq - 1} }
