package telemetry

import "pychron-edge/drawing"

// DrawingStatus is the line as it is drawn: its parts and pipes, and what is connected now. A viewer has one for each agent.
type DrawingStatus struct {
	Source string `json:"source"`
	drawing.Line
	Valves  map[string]drawing.Standing `json:"valves"` // how each valve on it stands now, by the name of its part
	Pumps   map[string]drawing.Running  `json:"pumps"`  // whether each pump on it runs, in the same way
	Regions []drawing.Region            `json:"regions"`

	// In what an agent publishes: since when its regions have been so, in seconds of its boot, and when that was judged.
	Lasting []drawing.Lasting `json:"lasting,omitempty"`
	Judged  float64           `json:"judged,omitempty"`
}

// ConditionStatus is one thing that must be so before a valve may leave its idle value.
type ConditionStatus struct {
	What string `json:"what"` // "V2 verified closed"
	Now  string `json:"now"`  // "open"
	Good bool   `json:"good"`
}
