package telemetry

import (
	"encoding/json"
	"time"

	"pychron-edge/buffer"
)

// Status is the whole of GET /status.
type Status struct {
	Source     string          `json:"source"`
	Sources    []SourceStatus  `json:"sources"` // the viewer's agents; empty on an agent
	Role       string          `json:"role"`    // "agent" or "viewer"
	Simulated  bool            `json:"simulated"`
	Boot       string          `json:"boot"`
	Version    string          `json:"version"`
	Build      string          `json:"build,omitempty"` // version, commit, its date, Go, system and processor
	Started    time.Time       `json:"started"`
	Now        time.Time       `json:"now"`
	Uptime     float64         `json:"uptime"` // seconds
	Units      string          `json:"units"`  // what people read pressures in: torr, mbar, pa
	Rights     []string        `json:"rights"` // of whom it is answered to; set by the server, not by a Backend
	Clock      ClockStatus     `json:"clock"`
	Capture    bool            `json:"capture"`
	Connection Connection      `json:"connection"`
	Uplink     UplinkStatus    `json:"uplink"`
	Rings      []RingStatus    `json:"rings"`
	LastEvent  *time.Time      `json:"last_event"`
	Devices    []DeviceStatus  `json:"devices"`
	Pipettes   []PipetteStatus `json:"pipettes"`
	Rules      []RuleStatus    `json:"rules"`
	Alarms     []AlarmStatus   `json:"alarms"`
	Services   []ServiceStatus `json:"services"`
	Gaps       []GapStatus     `json:"gaps,omitempty"`

	Drawings []DrawingStatus `json:"drawings,omitempty"` // of an agent one, where there is something to draw; of a viewer those of its agents

	Key           []string             `json:"key,omitempty"`           // points of the strip of the page, as device.point; empty = the first gauges
	Halted        *HaltedStatus        `json:"halted,omitempty"`        // the last HALT, until somebody clears it
	Board         *BoardStatus         `json:"board,omitempty"`         // of an agent
	Restart       *RestartStatus       `json:"restart,omitempty"`       // null where nothing is known of the start before
	Configuration *ConfigurationStatus `json:"configuration,omitempty"` // of an agent whose file was refused at the start
	Extra         json.RawMessage      `json:"extra,omitempty"`
}

// BoardStatus is what the program takes of the board it runs on.
type BoardStatus struct {
	Processors    int     `json:"processors"`      // used now
	ProcessorsMax int     `json:"processors_most"` // used while somebody waits
	TimerSlack    float64 `json:"timer_slack"`     // seconds that the kernel may wake a thread later than asked
	Refused       string  `json:"refused"`         // what of it the system refused, and why; "" = nothing
}

// SourceStatus is one agent as a viewer knows it.
type SourceStatus struct {
	Source    string     `json:"source"`
	State     string     `json:"state"` // online, stale, offline
	Boot      string     `json:"boot"`
	Version   string     `json:"version"`
	LastWord  *time.Time `json:"last_word"` // when it was last heard
	HTTP      string     `json:"http"`
	Simulated bool       `json:"simulated"`

	Key    []string      `json:"key,omitempty"`    // as Status.Key
	Halted *HaltedStatus `json:"halted,omitempty"` // as Status.Halted
}

// HaltedStatus is a HALT that somebody asked for. It is told until it is cleared (POST /rules/halt/clear), which moves nothing.
type HaltedStatus struct {
	By          string    `json:"by"`          // who
	Via         string    `json:"via"`         // page, mqtt, pychron, socket
	At          time.Time `json:"at"`          // when
	Halted      []string  `json:"halted"`      // devices that are idle, read back
	Unconfirmed []string  `json:"unconfirmed"` // told to be idle and not confirmed
	Failed      []string  `json:"failed"`      // not halted
	Holding     []string  `json:"holding"`     // they hold as they were
}

// ClockStatus reports whether wall time can be believed.
type ClockStatus struct {
	Synchronised bool    `json:"synchronised"`
	Offset       float64 `json:"offset_seconds"`
	How          string  `json:"how"` // "adjtimex", "trusted", "simulated"
}

// Connection is what Pychron's pane shows, and links.
type Connection struct {
	Enabled    bool              `json:"enabled"`
	Host       string            `json:"host"`
	Port       int               `json:"port"`
	Namespace  string            `json:"namespace"`
	MetricsURL string            `json:"metrics_url"`
	Links      map[string]string `json:"links"`
}

// UplinkStatus is the state of the broker connection.
type UplinkStatus struct {
	Broker    string            `json:"broker"` // without password; "" = none configured
	Connected bool              `json:"connected"`
	Since     *time.Time        `json:"since"`
	Error     string            `json:"error"`
	Lag       map[string]uint64 `json:"lag"` // events not yet acknowledged, by lane
}

// RingStatus is how full one ring is. The lane "long" is older readings, packed: those are in the total of the lane "readings" as well,
// and its capacity is how many would fit as they are packed now.
type RingStatus struct {
	Lane        string `json:"lane"`
	Events      int    `json:"events"`
	Capacity    int    `json:"capacity"`
	Total       uint64 `json:"total"`
	Overwritten uint64 `json:"overwritten"`
}

// DeviceStatus is one device: health, points and controls.
type DeviceStatus struct {
	Name        string          `json:"name"`
	Source      string          `json:"source"`
	Model       string          `json:"model"`
	Family      string          `json:"family"` // valve, laser or ""
	Description string          `json:"description"`
	Port        string          `json:"port"`
	Health      string          `json:"health"` // unknown, healthy, degraded, unavailable, disabled
	Error       string          `json:"error"`  // why it is not healthy
	Since       *time.Time      `json:"since"`  // of this health
	LastSuccess *time.Time      `json:"last_success"`
	RetryIn     float64         `json:"retry_in"` // seconds; 0 = polling normally
	Every       float64         `json:"every"`    // seconds between polls
	ReadOnly    bool            `json:"read_only"`
	Lock        *LockStatus     `json:"lock"`
	Points      []PointStatus   `json:"points"`
	Controls    []ControlStatus `json:"controls"`
	BeamSeconds float64         `json:"beam_seconds,omitempty"`
	Actuations  uint64          `json:"actuations,omitempty"`
	Held        *time.Time      `json:"held"` // until when a lease runs
	HeldBy      string          `json:"held_by,omitempty"`

	MaxOn   float64    `json:"max_on,omitempty"`   // of a laser: seconds after which it is switched off
	OnSince *time.Time `json:"on_since,omitempty"` // of a laser: since when it is on or may be; null = it is off
}

// PointStatus is the present value of one point. Value is in Unit (SI); Display is what a person reads.
type PointStatus struct {
	Point       string      `json:"point"`
	Channel     string      `json:"channel"`
	Name        string      `json:"name"`
	Metric      string      `json:"metric"`
	Description string      `json:"description"`
	Gas         string      `json:"gas"` // "N2 eq." etc. for pressures
	Unit        buffer.Unit `json:"unit"`
	Value       *float64    `json:"value"` // null when missing or stale
	Last        *float64    `json:"last"`  // the last value although stale, to be shown as old
	Bound       string      `json:"bound"`
	Missing     string      `json:"missing"`
	Age         *float64    `json:"age"` // seconds since the instrument spoke of it; null where it never did
	Stale       bool        `json:"stale"`
	Timestamp   *time.Time  `json:"timestamp"`
	Since       *time.Time  `json:"since"` // of this state, for 0/1 points

	States map[string]string `json:"states,omitempty"` // the names of the values, where it is one of a few
	Told   bool              `json:"told,omitempty"`   // of a valve: no switch shows it closed; it is as it was told
}

// ControlStatus is one control and whether it can be used now.
type ControlStatus struct {
	Control   string      `json:"control"`
	Unit      buffer.Unit `json:"unit"`
	Min       float64     `json:"min"`
	Max       float64     `json:"max"`
	Idle      float64     `json:"idle"`
	Pulse     bool        `json:"pulse"`
	Hazard    bool        `json:"hazard"`
	Enabled   bool        `json:"enabled"` // control: true, and a hazard is named
	Value     *float64    `json:"value"`
	Moving    bool        `json:"moving"`
	Forbidden string      `json:"forbidden"` // why it would be refused now: interlock, trip, lock; "" = would not

	State      string            `json:"state,omitempty"`      // of a valve: closed, open, moving, unknown
	Told       bool              `json:"told,omitempty"`       // nothing but what it was told, or what a person reported, speaks for that
	Conditions []ConditionStatus `json:"conditions,omitempty"` // of a valve: what must be so before it may leave its idle value
}

// LockStatus is a soft lock on a device.
type LockStatus struct {
	Owner  string     `json:"owner"`
	Reason string     `json:"reason"`
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until"` // null = until it is lifted

	Both         bool `json:"both"`           // the idle value is refused as well
	OutOfService bool `json:"out_of_service"` // hands are in it
}

// PipetteStatus is one pipette and its count.
type PipetteStatus struct {
	Name   string `json:"name"`
	Source string `json:"source"` // its agent
	Inner  string `json:"inner"`
	Outer  string `json:"outer"`
	Shots  uint64 `json:"shots"`

	Gas       float64 `json:"gas"`       // fraction of the first shot's gas that the next one brings, by the depletion configured
	Uncertain uint64  `json:"uncertain"` // shots that were cut short: nobody knows whether they were taken
}

// RuleStatus is one interlock rule.
type RuleStatus struct {
	Name    string     `json:"name"`
	Source  string     `json:"source"` // its agent: two agents may have rules of one name
	When    string     `json:"when"`
	Tripped bool       `json:"tripped"`
	Good    bool       `json:"good"` // would clear if asked
	Since   *time.Time `json:"since"`
	Why     string     `json:"why"` // the value that tripped it
	Halts   []string   `json:"halts"`
	Forbids []string   `json:"forbids"`

	// An admin's bypass: until then the rule neither trips nor forbids.
	BypassedUntil *time.Time `json:"bypassed_until"` // null = it is in force
	BypassedBy    string     `json:"bypassed_by"`
	BypassWhy     string     `json:"bypass_why"`
}

// AlarmStatus is one alarm.
type AlarmStatus struct {
	Name         string     `json:"name"`
	Source       string     `json:"source"` // its agent
	When         string     `json:"when"`
	Severity     string     `json:"severity"`
	Active       bool       `json:"active"`
	Acknowledged string     `json:"acknowledged"` // by whom; "" = not
	ShelvedUntil *time.Time `json:"shelved_until"`
	ShelvedWhy   string     `json:"shelved_why"`
	Since        *time.Time `json:"since"`
	Text         string     `json:"text"`

	Priority    string   `json:"priority"`    // low, medium, high
	Cause       string   `json:"cause"`       // what usually causes it
	Consequence string   `json:"consequence"` // what follows if nobody acts
	Action      string   `json:"action"`      // what whoever hears of it is to do
	Why         string   `json:"why"`         // the values that raised it
	Suppressed  string   `json:"suppressed"`  // why it is not judged; "" if it is
	BuiltIn     bool     `json:"built_in"`    // it is in no configuration, and listed only while there is something to it
	States      []string `json:"states"`      // active, unacknowledged, chattering, shelved, suppressed, no value, stale, first out; none if quiet
}

// ServiceStatus is the health of a part of the program or of what it depends on.
type ServiceStatus struct {
	Service string `json:"service"` // broker, journal, clock, store, web
	Health  int    `json:"health"`  // 0 unknown 1 healthy 2 degraded 3 unavailable
	Text    string `json:"text"`
}

// GapStatus is a declared gap in what was received.
type GapStatus struct {
	Source string    `json:"source"`
	Lane   string    `json:"lane"`
	Boot   string    `json:"boot"`
	From   uint64    `json:"from"`
	To     uint64    `json:"to"`   // 0 = unknown end
	Lost   bool      `json:"lost"` // it will not be filled: the agent said so, or its start is over; else it is requested
	Time   time.Time `json:"timestamp"`
}
