package telemetry

import "time"

// RestartStatus is what an agent found after its start.
type RestartStatus struct {
	Unclean     bool         `json:"unclean"`     // the start before did not stop in order
	Unread      []string     `json:"unread"`      // devices not read since the start
	Differences []Difference `json:"differences"` // after an unclean start
}

// Difference is a valve, pump or heater that is not as it was.
type Difference struct {
	Device string   `json:"device"`
	Point  string   `json:"point"`
	Before float64  `json:"before"`
	Now    *float64 `json:"now"` // null = it is not known
}

// ConfigurationStatus is the configuration an agent runs because the file was refused at its start.
type ConfigurationStatus struct {
	Kept     bool      `json:"kept"`
	Since    time.Time `json:"since"` // when it came into force
	SHA256   string    `json:"sha256"`
	Mistakes []string  `json:"mistakes"` // of the file that was refused
	Accepted string    `json:"accepted"` // by whom; "" = only idle values are let in
}
