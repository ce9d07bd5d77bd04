package telemetry

import (
	"context"
	"errors"
	"iter"
	"time"

	"pychron-edge/buffer"
)

// Backend is what the page and the API show and ask: one agent on the bench, or all of them in the viewer. Every method may
// be called from any goroutine and touches no instrument. source names an agent; "" is the agent itself, or all.
type Backend interface {
	// Status is the whole of GET /status. The page polls it once a second.
	Status(source string) (Status, error)

	// Boots orders the boots seen, in order of arrival: events are merged by (rank of boot, up).
	Boots() []string

	// SetCapture switches events of metrics and readings on or off; Clear records that events up to now are not shown any more.
	SetCapture(who string, on bool) error
	Clear(who string) error

	// Ingest records what was posted, after it was validated as a whole.
	Ingest(who string, events []buffer.Event) error

	// Trace is the last exchanges on the line of a device. ErrUnknown if there is no such device.
	Trace(source, device string) ([]Exchange, error)
}

// ErrNoHistory is wrapped by the errors of an [Archive] that cannot be read now.
var ErrNoHistory = errors.New("the history cannot be read now")

// Archive is history: the trend in an agent's memory, the store of a viewer.
type Archive interface {
	// Series is one point's history, downsampled to at most points buckets without losing the extremes.
	Series(ctx context.Context, q SeriesQuery) (Series, error)

	// Events yields stored events that match, oldest first. nil iterator if there is no store: the rings are all there is.
	Events(ctx context.Context, f buffer.Filter) (iter.Seq2[buffer.Event, error], error)
}

// Commander is the one way in for commands. Every error is one of the refusals of buffer, wrapped with what, where and what
// it must be; the request is answered with its status. A nil Commander means that nothing can be commanded here.
type Commander interface {
	Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error)

	// Refused records that somebody without the right wanted to move a control; it was not carried out.
	Refused(by buffer.Principal, device, control string)

	Lock(ctx context.Context, r buffer.LockRequest) error
	Hold(ctx context.Context, r buffer.HoldRequest) (buffer.HoldResult, error)
	ClearRule(ctx context.Context, by buffer.Principal, rule string) error
	BypassRule(ctx context.Context, by buffer.Principal, rule string, d time.Duration, reason string) error
	AckAlarm(ctx context.Context, by buffer.Principal, alarm string, shelve time.Duration, reason string) error
	Halt(ctx context.Context, by buffer.Principal) (buffer.HaltResult, error)
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
