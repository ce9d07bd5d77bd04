package telemetry

import "time"

// StatusPayload is an agent's retained status: what a viewer must know of it beside its events. There are
// no readings in it, for a retained reading would be old before it is read.
type StatusPayload struct {
	State      string         `json:"state"` // online, offline
	Boot       string         `json:"boot"`
	Version    string         `json:"version"`
	Started    time.Time      `json:"started"`
	HTTP       string         `json:"http"`
	Heartbeat  float64        `json:"heartbeat"`   // seconds between two events of a point that stands still, at most
	StaleAfter float64        `json:"stale_after"` // seconds of silence after which the payload is old
	Simulated  bool           `json:"simulated"`
	Clock      ClockStatus    `json:"clock"`
	Devices    []DeviceStatus `json:"devices"`

	// Through is, by lane, the Seq of this boot up to which the broker has acknowledged everything: a viewer that has less
	// of it was not listening then, and asks.
	Through map[string]uint64 `json:"through,omitempty"`

	// Boots are earlier starts of the agent, oldest first: a viewer that never heard of one accounts for its events.
	Boots []BootStatus `json:"boots,omitempty"`

	Rules    []RuleStatus    `json:"rules"`
	Alarms   []AlarmStatus   `json:"alarms"`
	Pipettes []PipetteStatus `json:"pipettes"`

	Key      []string        `json:"key,omitempty"`      // as Status.Key
	Halted   *HaltedStatus   `json:"halted,omitempty"`   // as Status.Halted
	Drawings []DrawingStatus `json:"drawings,omitempty"` // without regions: who shows it works them out from the last events
}

// BootStatus is what is known of one earlier start of an agent.
type BootStatus struct {
	Boot    string            `json:"boot"`
	Last    map[string]uint64 `json:"last"`    // by lane, the greatest Seq that is known; there may be more unless Clean
	Clean   bool              `json:"clean"`   // it stopped in order
	Journal bool              `json:"journal"` // its audit lane was kept on disk
}
