package telemetry

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"pychron-edge/buffer"
)

// Trips is what was frozen around trips, failures of watched devices and failed runs: of an agent in its memory, in a viewer in its store. Every
// method may be called from any goroutine.
type Trips interface {
	// List is what there is, newest first. source names an agent; "" is the agent itself, or all.
	List(ctx context.Context, source string) ([]TripSummary, error)
	// Find is the JSON of a [Trip] by the id of one of its causes. The error is [buffer.ErrUnknown] where there is none.
	Find(ctx context.Context, source, id string) ([]byte, error)
}

// TripSummary is what a frozen piece of the past is about.
type TripSummary struct {
	ID        string      `json:"id"` // of its first cause
	Source    string      `json:"source"`
	Boot      string      `json:"boot"`
	Time      time.Time   `json:"timestamp"` // of its first cause: the moment that times of readings count from
	Causes    []TripCause `json:"causes"`    // at least one, in the order in which they came; at most 32
	From      time.Time   `json:"from"`
	Until     time.Time   `json:"until"`
	Recording bool        `json:"recording"` // it goes on: what there is until now
	Complete  bool        `json:"complete"`  // it holds all from 5 min before its first cause to 2 min after its last
	Why       string      `json:"why"`       // it is not complete
	Points    int         `json:"points"`
	Readings  int         `json:"readings"`
	Thinned   int         `json:"thinned"` // of so many readings of a point one is here; 1 = all are
}

// TripCause is one event that froze it.
type TripCause struct {
	ID       string    `json:"id"` // boot.lane.seq of the event
	Time     time.Time `json:"timestamp"`
	Kind     string    `json:"kind"` // trip, failure, run
	About    string    `json:"about"`
	Severity string    `json:"severity"`
	Status   string    `json:"status"`
	Note     string    `json:"note"`
}

// Trip is a frozen piece of the past: readings, events and exchanges.
type Trip struct {
	TripSummary
	Series    []TripSeries      `json:"series"`
	Events    []json.RawMessage `json:"events"` // as GET /events has them
	Exchanges []ShownExchange   `json:"exchanges"`
}

// TripSeries is the readings of one point: columns of equal length.
type TripSeries struct {
	Device  string      `json:"device"`
	Point   string      `json:"point"`
	Name    string      `json:"name"` // what was measured
	Unit    buffer.Unit `json:"unit"`
	T       []int64     `json:"t"` // milliseconds after the first cause; negative = before
	V       Column      `json:"v"` // null = missing
	Changes []TripCode  `json:"changes"`
}

// TripCode is what the readings of a series are from one on: limits, or missing and why.
type TripCode struct {
	Index   int    `json:"i"` // of the first reading
	Bound   string `json:"bound"`
	Missing string `json:"missing,omitempty"`
}

// TripID is what a frozen piece of the past is known by: the identity of the event that caused it.
func TripID(e *buffer.Event) string {
	return string(appendTripID(nil, e.Boot, e.Lane, e.Seq))
}

// ShownExchange is an exchange as it is shown: bytes in hex, and as text with what cannot be read escaped.
type ShownExchange struct {
	Exchange
	Request     string `json:"request"`
	RequestText string `json:"request_text"`
	Reply       string `json:"reply"`
	ReplyText   string `json:"reply_text"`
}

// Show is an exchange as it is shown.
func Show(e Exchange) ShownExchange {
	return ShownExchange{e, hex.EncodeToString(e.Request), printable(e.Request), hex.EncodeToString(e.Reply), printable(e.Reply)}
}
