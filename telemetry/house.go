package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"pychron-edge/buffer"
)

// House is what the page and the API show and ask: one agent on the bench, or all of them in the viewer. Every method may
// be called from any goroutine and touches no instrument. source names an agent; "" is the agent itself, or all.
type House interface {
	// Status is the whole of GET /status. The page polls it once a second.
	Status(source string) (Status, error)

	// Boots orders the boots seen, in order of arrival: events are merged by (place of boot, up).
	Boots() []string

	// Capture switches events of metrics and readings on or off; Clear sets the mark below which events are not shown.
	SetCapture(who string, on bool) error
	Clear(who string) error

	// Ingest records what was posted, after it was validated as a whole.
	Ingest(who string, events []buffer.Event) error

	// Trace is the last exchanges on the line of a device. ErrUnknown if there is no such device.
	Trace(source, device string) ([]Exchange, error)
}

// Archive is history: the trend in an agent's memory, the store of a viewer.
type Archive interface {
	// Series is one point's history, downsampled to at most points buckets without losing the extremes.
	Series(ctx context.Context, q SeriesQuery) (Series, error)

	// Events yields stored events that match, oldest first. nil iterator if there is no store: the rings are all there is.
	Events(ctx context.Context, f Filter) (iter.Seq2[buffer.Event, error], error)
}

// Door is the one way in for commands. Every error is one of the sentinels below, wrapped with what, where and what is
// allowed; the request is answered with its status. A nil Door means that nothing can be commanded here.
type Door interface {
	Command(ctx context.Context, c Command) (Result, error)
	Lock(ctx context.Context, r LockRequest) error
	Hold(ctx context.Context, r HoldRequest) (HoldResult, error)
	ClearRule(ctx context.Context, by Principal, rule string) error
	AckAlarm(ctx context.Context, by Principal, alarm string, shelve time.Duration, reason string) error
	Halt(ctx context.Context, by Principal) (HaltResult, error)
}

// Errors of House and Door, and the HTTP status each is answered with.
var (
	ErrUnknown   = errors.New("unknown")        // 404
	ErrRange     = errors.New("out of range")   // 400
	ErrForbidden = errors.New("not allowed")    // 403
	ErrConflict  = errors.New("refused")        // 409: locked, interlock, trip, read-only
	ErrExpired   = errors.New("expired")        // 409
	ErrUnsettled = errors.New("result unknown") // 504
	ErrFailed    = errors.New("failed")         // 502: the instrument refused or did not answer
)

// Principal is who asks: proven by a token or by where they come from, never by what they write in a body.
type Principal struct {
	Name     string   // "jr", "loopback", "page:jr"
	Via      string   // "http", "mqtt", "pychron", "page"
	Rights   []string // read, ingest, command, admin, halt
	Controls []string // patterns "V*.open"; empty = all
	Claim    string   // a name the body gave, only a claim beside Name
}

// Command is one wish to move one control.
type Command struct {
	By      Principal
	Device  string
	Control string
	Value   float64
	Expires time.Time // zero = never; a command not begun by then is never sent
	Note    string
	ID      string // from MQTT; an id seen before is answered again without acting
}

// Result is what became of a command that was let through.
type Result struct {
	Result string   `json:"result"` // success, failed, unknown
	Value  *float64 `json:"value"`  // read back; null where nothing was
	Boot   string   `json:"boot"`
	Seq    uint64   `json:"seq"` // of the command's event in the audit lane
}

// LockRequest takes or gives up a soft lock.
type LockRequest struct {
	By     Principal
	Device string
	Unlock bool
	For    time.Duration // 0 = until unlocked
	Owner  string
	Reason string
}

// HoldRequest takes or renews a lease on a control: when it lapses the device is halted.
type HoldRequest struct {
	By     Principal
	Device string
	For    time.Duration
	Drop   bool
}

// HoldResult says until when the lease runs.
type HoldResult struct {
	Until time.Time `json:"until"`
}

// HaltResult says what was halted and what could not be.
type HaltResult struct {
	Halted []string          `json:"halted"`
	Failed map[string]string `json:"failed"` // device -> what could not be sent
}

// Exchange is one exchange on a line.
type Exchange struct {
	Time    time.Time `json:"timestamp"`
	Device  string    `json:"device"`
	Request []byte    `json:"-"`
	Reply   []byte    `json:"-"`
	Took    float64   `json:"took"`  // seconds
	Error   string    `json:"error"` // "" if it went well
}

// SeriesQuery asks for one point's history.
type SeriesQuery struct {
	Source, Device, Point string
	Since, Until          time.Time
	Points                int
}

// Series is columns of equal length; NaN in a column stands for a gap and is null in JSON.
type Series struct {
	Unit           buffer.Unit
	T              []float64 // unix seconds
	Min, Mean, Max []float64
}

// Status is the whole of GET /status.
type Status struct {
	Source     string          `json:"source"`
	Sources    []SourceStatus  `json:"sources"` // the viewer's agents; empty on an agent
	Role       string          `json:"role"`    // "agent" or "viewer"
	Simulated  bool            `json:"simulated"`
	Boot       string          `json:"boot"`
	Version    string          `json:"version"`
	Started    time.Time       `json:"started"`
	Now        time.Time       `json:"now"`
	Uptime     float64         `json:"uptime"` // seconds
	Units      string          `json:"units"`  // what people read pressures in: torr, mbar, pa
	Rights     []string        `json:"rights"` // of whom it is answered to; set by the server, not by a House
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
	Extra      json.RawMessage `json:"extra,omitempty"`
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
}

// ClockStatus says whether wall time can be believed.
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

// RingStatus is how full one ring is.
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
	Age         float64     `json:"age"` // seconds
	Stale       bool        `json:"stale"`
	Timestamp   *time.Time  `json:"timestamp"`
	Since       *time.Time  `json:"since"` // of this state, for 0/1 points
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
}

// LockStatus is a soft lock on a device.
type LockStatus struct {
	Owner  string     `json:"owner"`
	Reason string     `json:"reason"`
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until"`
}

// PipetteStatus is one pipette and its count.
type PipetteStatus struct {
	Name  string `json:"name"`
	Inner string `json:"inner"`
	Outer string `json:"outer"`
	Shots uint64 `json:"shots"`
}

// RuleStatus is one interlock rule.
type RuleStatus struct {
	Name    string     `json:"name"`
	When    string     `json:"when"`
	Tripped bool       `json:"tripped"`
	Good    bool       `json:"good"` // would clear if asked
	Since   *time.Time `json:"since"`
	Why     string     `json:"why"` // the value that tripped it
	Halts   []string   `json:"halts"`
	Forbids []string   `json:"forbids"`
}

// AlarmStatus is one alarm.
type AlarmStatus struct {
	Name         string     `json:"name"`
	When         string     `json:"when"`
	Severity     string     `json:"severity"`
	Active       bool       `json:"active"`
	Acknowledged string     `json:"acknowledged"` // by whom; "" = not
	ShelvedUntil *time.Time `json:"shelved_until"`
	ShelvedWhy   string     `json:"shelved_why"`
	Since        *time.Time `json:"since"`
	Text         string     `json:"text"`
}

// ServiceStatus is the health of a part of the program or of what it depends on.
type ServiceStatus struct {
	Service string `json:"service"` // broker, journal, clock, store, web
	Health  int    `json:"health"`  // 0 unknown 1 healthy 2 degraded 3 unavailable
	Text    string `json:"text"`
}

// GapStatus is a declared hole in what was received.
type GapStatus struct {
	Source string    `json:"source"`
	Lane   string    `json:"lane"`
	Boot   string    `json:"boot"`
	From   uint64    `json:"from"`
	To     uint64    `json:"to"` // 0 = unknown end
	Time   time.Time `json:"timestamp"`
}
