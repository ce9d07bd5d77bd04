package telemetry

import (
	"context"
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

	// Refused records that somebody without the right wanted to move a control; it was not let in.
	Refused(by Principal, device, control string)

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
