package runs

import (
	"time"

	"pychron-edge/buffer/lifecycle"
)

// States of a run.
const (
	Running = "running" // it began, and no end was posted
	Ended   = "ended"   // its end was posted
	Lost    = "lost"    // it is over, and no end of it was posted: Why has the reason
)

// Run is one run as it was posted. Times are those of the events; durations are in seconds, null where one of the ends is not known.
type Run struct {
	ID           string      `json:"id"`
	Source       string      `json:"source"` // the agent that it was posted to
	Name         string      `json:"name"`   // as people write it; the id where it was not posted
	Queue        string      `json:"queue"`
	Kind         string      `json:"kind"` // what is measured: runs of a kind are compared; "" = not posted
	Sample       string      `json:"sample"`
	Spectrometer string      `json:"spectrometer"`
	State        string      `json:"state"`  // running, ended, lost
	Status       string      `json:"status"` // as posted: success, failed, canceled ...; "" while there is none
	Why          string      `json:"why"`    // of a lost one, why it counts as over
	Started      *time.Time  `json:"started"`
	Ended        *time.Time  `json:"ended"`
	Duration     *float64    `json:"duration"`
	Phase        string      `json:"phase"` // that runs now; "" = none
	Phases       []Phase     `json:"phases"`
	Operations   []Operation `json:"operations"`
	Progress     *Progress   `json:"progress"` // of a running one; null unless five of its kind have ended well
	Faults       int         `json:"faults"`   // failures, trips, alarms and refusals during it, and what it posted as failed
	Restarts     int         `json:"restarts"` // starts of the agent during it: there the readings have a gap

	id   string    // as it was posted: ID has more where it was used again
	last time.Time // of its last event
}

// Phase is one stretch of a run, such as extraction. A phase that a run has twice stands twice.
type Phase struct {
	Name     string     `json:"name"`
	Started  *time.Time `json:"started"`
	Ended    *time.Time `json:"ended"`
	Duration *float64   `json:"duration"`
	Status   string     `json:"status"` // "" while it runs, or where no end was posted
}

// Operation is one thing done with data: to the database, a repository, or in a pipeline.
type Operation struct {
	Name     string    `json:"name"` // "database save"
	Time     time.Time `json:"timestamp"`
	Duration *float64  `json:"duration"`
	Status   string    `json:"status"`
	Run      string    `json:"run"` // "" = of none
	Source   string    `json:"source"`
}

// Failed reports whether the operation was posted as failed.
func (o *Operation) Failed() bool { return lifecycle.OutcomeOf(o.Status) == lifecycle.Failed }

// Progress is how far a run is, by those of its kind that ended well.
type Progress struct {
	Elapsed  float64 `json:"elapsed"`  // seconds
	Expected float64 `json:"expected"` // seconds: the median of the others
	Of       int     `json:"of"`       // how many others
}

// Over is when a run was over at the latest: its end, or its last event; now while it runs.
func (r *Run) Over(now time.Time) time.Time {
	switch {
	case r.Ended != nil:
		return *r.Ended
	case r.State == Running:
		return now
	}
	return r.last
}

// Begun is when a run began at the latest: its start, or its first event where no start was posted.
func (r *Run) Begun() time.Time {
	if r.Started != nil {
		return *r.Started
	}
	first := r.last
	for _, p := range r.Phases {
		if p.Started != nil && p.Started.Before(first) {
			first = *p.Started
		}
	}
	if r.Ended != nil && r.Ended.Before(first) {
		first = *r.Ended
	}
	return first
}
