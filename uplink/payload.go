package uplink

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"pychron-edge/buffer"
)

// Gap is a run of events of one lane and boot: on the topic gap those that will not come, on resend those that are asked for.
type Gap struct {
	Lane buffer.Lane
	Boot string
	From uint64 // first Seq
	To   uint64 // last Seq; 0 = unknown, up to the last of that boot
}

type gapJSON struct {
	Lane string `json:"lane"`
	Boot string `json:"boot"`
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// MarshalJSON is {"lane","boot","from","to"}.
func (g Gap) MarshalJSON() ([]byte, error) {
	return json.Marshal(gapJSON{g.Lane.String(), g.Boot, g.From, g.To})
}

// UnmarshalJSON reads a gap and checks that it is one.
func (g *Gap) UnmarshalJSON(data []byte) error {
	var j gapJSON
	if err := strict(data, &j); err != nil {
		return err
	}
	lane, err := buffer.ParseLane(j.Lane)
	if err != nil {
		return err
	}
	if j.Boot == "" || len(j.Boot) > buffer.MaxString || j.From == 0 || j.To != 0 && j.To < j.From {
		return fmt.Errorf("gap %s from %d to %d of boot %.40q is none; from is at least 1, to is not less or 0, boot is not empty", j.Lane, j.From, j.To, j.Boot)
	}
	*g = Gap{lane, j.Boot, j.From, j.To}
	return nil
}

func (g Gap) payload() []byte {
	data, _ := json.Marshal(g) // of strings and numbers: it cannot fail
	return data
}

// State is the last word on one control, kept by the broker for dashboards.
type State struct {
	Value     *float64  `json:"value"` // nil: there is no value
	Timestamp time.Time `json:"timestamp"`
	Boot      string    `json:"boot"`
	Seq       uint64    `json:"seq"`
}

func statePayload(e *buffer.Event) []byte {
	s := State{Timestamp: e.Time.UTC(), Boot: e.Boot, Seq: e.Seq}
	if e.Missing == "" && !math.IsNaN(e.Value) && !math.IsInf(e.Value, 0) {
		s.Value = &e.Value
	}
	data, err := json.Marshal(s)
	if err != nil { // a year that JSON cannot say
		s.Timestamp = time.Time{}
		data, _ = json.Marshal(s)
	}
	return data
}

// commandJSON is a command on the topic commands.
type commandJSON struct {
	ID      string    `json:"id"`
	Device  string    `json:"device"`
	Control string    `json:"control"`
	Value   *float64  `json:"value"`
	Expires time.Time `json:"expires"` // not begun by then, it is never begun
}

// reply is what became of a command, on the topic results.
type reply struct {
	ID     string   `json:"id"`
	Result string   `json:"result"` // success, failed, unknown, refused
	Value  *float64 `json:"value"`  // read back; nil where nothing was
	Why    string   `json:"why"`
}

// replyTo says what became of the command with an id.
func replyTo(id string, r buffer.CommandResult, err error) reply {
	out := reply{ID: id, Result: cmp.Or(r.Result, "refused"), Value: r.Value}
	if err != nil {
		out.Why = err.Error()
	}
	return out
}

// parseCommand reads a command; the error says what is wrong with it, and the id is there if it could be read. Whether it may be
// carried out is not decided here.
func parseCommand(data []byte) (buffer.CommandRequest, error) {
	var j commandJSON
	err := strict(data, &j)
	c := buffer.CommandRequest{ID: j.ID, Device: j.Device, Control: j.Control, Expires: j.Expires}
	switch {
	case err != nil:
		return c, err
	case j.ID == "" || len(j.ID) > buffer.MaxString:
		return c, fmt.Errorf("id has %d bytes; it must have 1 to %d", len(j.ID), buffer.MaxString)
	case j.Device == "" || j.Control == "" || j.Value == nil:
		return c, errors.New("device, control and value are all needed")
	case j.Expires.IsZero():
		return c, errors.New("expires is missing; it must be a time as RFC 3339")
	}
	c.Value = *j.Value
	return c, nil
}

// mostPayload bounds what is read of a message that asks for something, in bytes.
const mostPayload = 4096

// strict reads one JSON value and nothing beside it.
func strict(data []byte, into any) error {
	if len(data) > mostPayload {
		return fmt.Errorf("%d bytes; allowed are %d", len(data), mostPayload)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}
