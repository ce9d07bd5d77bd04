package device

import (
	"bufio"
	"context"
	"strings"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

func TestCaptureIOMakesEveryExchangeAnEvent(t *testing.T) {
	var events []buffer.Event
	env := &Env{Capture: func() bool { return true }, Record: func(e *buffer.Event) { events = append(events, *e) }}
	i := &Device{env: env, Name: "ion1"}
	p := &capturedPort{answering("1E-7\r"), i}
	p.Hold(t.Context(), func(p drivers.Port) error {
		_, err := p.Transact(t.Context(), []byte("PR1\r"), nil)
		return err
	})
	if len(events) != 1 || events[0].Severity != buffer.Debug || !strings.Contains(events[0].Note, `request=PR1\r reply=1E-7\r`) {
		t.Errorf("events = %+v, want the exchange as one debug event", events)
	}
}

// answering is a port that gives the same answer to everything.
type answering string

func (a answering) Transact(context.Context, []byte, bufio.SplitFunc) ([]byte, error) {
	return []byte(a), nil
}

func (a answering) Hold(_ context.Context, f func(drivers.Port) error) error { return f(a) }
