package uplink

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"time"

	"pychron-edge/buffer"
)

// Gap is a run of consecutive events of one lane and boot: on the topic gap the lost ones, on resend the requested ones.
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

// UnmarshalJSON reads a gap and checks it.
func (g *Gap) UnmarshalJSON(data []byte) error {
	var j gapJSON
	if err := strict(data, &j); err != nil {
		return err
	}
	lane, err := buffer.ParseLane(j.Lane)
	if err != nil {
		return err
	}
	if j.From == 0 || j.From > MaxSeq || j.To > MaxSeq || j.To != 0 && j.To < j.From {
		return fmt.Errorf("gap of %s from %d to %d: from must be 1 to %d, to must be 0 or at least from", j.Lane, j.From, j.To, uint64(MaxSeq))
	}
	if err := CheckName(j.Boot); err != nil || j.Boot == "" {
		return fmt.Errorf("gap of boot %.40q: it must not be empty, and have at most %d printable bytes", j.Boot, buffer.MaxString)
	}
	*g = Gap{lane, j.Boot, j.From, j.To}
	return nil
}

func (g Gap) payload() []byte {
	data, _ := json.Marshal(g) // strings and numbers only: it cannot fail
	return data
}

// State is the last known state of one control, kept by the broker for dashboards.
type State struct {
	Value     *float64  `json:"value"` // nil: it has no value
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
	if err != nil { // a year that JSON cannot express
		s.Timestamp = time.Time{}
		data, _ = json.Marshal(s)
	}
	return data
}

// commandPayload is a command on the topic commands.
type commandPayload struct {
	ID      string   `json:"id"`
	Device  string   `json:"device"`
	Control string   `json:"control"`
	Value   *float64 `json:"value"`
	Expires string   `json:"expires"` // RFC 3339; it must not be begun later
}

// result is the outcome of a command, on the topic results.
type result struct {
	ID     string   `json:"id"`
	Result string   `json:"result"` // success, failed, unknown, refused
	Value  *float64 `json:"value"`  // read back; nil if nothing was read back
	Why    string   `json:"why"`

	reason string // one word, where it was refused before it was executed
}

// resultOf is the outcome of the command with an id.
func resultOf(id string, r buffer.CommandResult, err error) result {
	out := result{ID: id, Result: cmp.Or(r.Result, "refused"), Value: r.Value}
	if err != nil {
		out.Why = err.Error()
	}
	return out
}

// parseCommand reads and checks a command. With an error, the command's id is set if it could be read. Whether it is permitted is
// not decided here.
func parseCommand(data []byte) (buffer.CommandRequest, error) {
	var p commandPayload
	err := strict(data, &p)
	c := buffer.CommandRequest{ID: p.ID, Device: p.Device, Control: p.Control, Value: math.NaN()}
	switch {
	case err != nil:
		return c, err
	case p.ID == "" || len(p.ID) > buffer.MaxString:
		return c, fmt.Errorf("id has %d bytes; it must have 1 to %d", len(p.ID), buffer.MaxString)
	case p.Device == "":
		return c, errors.New("device is missing; it must be the name of a device")
	case p.Control == "":
		return c, errors.New("control is missing; it must be the name of a control of the device")
	case p.Value == nil:
		return c, errors.New("value is missing; it must be a number, 1 for on or open, 0 for off or closed")
	case p.Expires == "":
		return c, errors.New("expires is missing; it must be RFC 3339, such as 2026-11-22T18:20:05Z")
	}
	ok := false
	if c.Expires, ok = buffer.ParseTime(p.Expires); !ok {
		return c, fmt.Errorf("expires %.40q is no time; it must be RFC 3339, such as 2026-11-22T18:20:05Z", p.Expires)
	}
	c.Value = *p.Value
	return c, nil
}

// maxPayload limits the payload of a request, in bytes.
const maxPayload = 4096

// strict reads data, which must be exactly one JSON value without unknown keys. With an error, into has what could be read.
func strict(data []byte, into any) error {
	if len(data) > maxPayload {
		return fmt.Errorf("the message has %d bytes; it must have at most %d", len(data), maxPayload)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("the message is empty; it must be an object")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	err := d.Decode(into)
	if keys := cmp.Or(buffer.UniqueKeys(data), buffer.ExactKeys(data, into)); keys != nil {
		return keys
	}
	if err != nil {
		return explained(err)
	}
	if rest := bytes.TrimLeft(data[d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return fmt.Errorf("%.40q follows the object; nothing must follow it", rest)
	}
	return nil
}

// explained is an error of encoding/json in words that say where the mistake is and what must stand there. That of a type which reads itself
// says so already.
func explained(err error) error {
	var (
		kind   *json.UnmarshalTypeError
		syntax *json.SyntaxError
	)
	switch {
	case errors.As(err, &kind):
		what := map[reflect.Kind]string{reflect.Float64: "a number as a double holds it", reflect.String: "a text", reflect.Uint64: "a whole number from 0",
			reflect.Slice: "a list", reflect.Struct: "an object"}[kind.Type.Kind()]
		return fmt.Errorf("%s is %s; it must be %s", cmp.Or(kind.Field, "the message"), buffer.JSONValue(kind), what)
	case errors.As(err, &syntax):
		return fmt.Errorf("the message is not JSON at byte %d: %w; it must be an object", syntax.Offset, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the message is not JSON: it ends too early; it must be an object")
	}
	return err
}
