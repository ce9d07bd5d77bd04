package drivertest

import (
	"context"
	"testing"
	"time"

	"pychron-edge/drivers"
)

// Case is a model on a line and what its instrument answers.
type Case struct {
	Model   string
	Options any // pointer to its option struct; nil = the defaults

	// The instrument: a table that is looked through for each request (see [Answers]) ...
	Exchanges []Exchange
	// ... or, where it has to remember something, a new one for each run.
	Instrument func() func(request string) (reply string, ok bool)

	Identity drivers.Identity  // what Identify returns, if the device has it
	Want     []drivers.Reading // what Read returns

	// What cannot be distinguished from noise: replies in whose place any text, or any byte, would do.
	Opaque []string
	// End is the end of a reply that stays when it is replaced by noise; "" = the CRs and LFs at its end.
	End string
	// Whole says that replies are datagrams: they come in one piece, and are never cut off.
	Whole bool
	// Foreign are replies of another unit on the line, or to another question: each must be refused as garbled.
	Foreign []Exchange

	// Odd are answers in good frames that concern one request alone, in place of reply: a refusal, a word that is not known, NaN (see [Words]).
	// Shared are the requests on which every reading hangs, such as the unit: with an odd answer Read may fail. Kept are points that are not
	// asked for. OneFrame says why there are no odd answers at all: one frame without words holds everything.
	Odd          func(request, reply string) []string
	Shared, Kept []string
	OneFrame     string

	// Untold are faults of a line (see faults.go) that cannot be told from a reply, and why; "lasting: ..." where the device stays without a value.
	Untold map[string]string

	// OneByte is which changes of one byte of a reply give another value: "" = none, for there is a check; [OnlyDigits]; or why others do, too.
	OneByte string

	// Behind is why something is asked or waited for after the last byte of a reading; "" = nothing is.
	Behind string

	// Of actuators: what Set is tried with (each control at least once), and the requests that make the instrument safe, all
	// of which Halt must send, in this order, and nothing else.
	Sets []Setting
	Safe []string
	// AskedWhileHalting are queries that may be on the wire beside Safe during a Halt.
	AskedWhileHalting []string
	// Bare is what of a request is compared with them and with Shared, where requests are numbered; nil = all of it.
	Bare func(request string) string
}

// Setting is one Set.
type Setting struct {
	Control string
	Value   float64
}

// run is a new device on a new wire.
type run struct {
	t      *testing.T
	device drivers.Device
	wire   *Wire
	waits  int
	onWait func(n int)
}

// open makes a new device, as constructed and on a wire that fails the test until it is allowed to be used.
func (c Case) open(t *testing.T) *run {
	t.Helper()
	model, err := drivers.Find(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	options := c.options(model)
	if err := model.Check(options); err != nil {
		t.Fatalf("%s: Check(%+v): %v", c.Model, options, err)
	}
	instrument := Answers(c.Exchanges...)
	if c.Instrument != nil {
		instrument = c.Instrument()
	}
	r := &run{t: t, wire: &Wire{T: t, Instrument: instrument, Whole: c.Whole}}
	r.device, err = model.Open(drivers.Wires{Port: r.wire, Wait: r.wait}, options)
	if err != nil {
		t.Fatalf("%s: Open: %v", c.Model, err)
	}
	if len(r.wire.Sent) > 0 || r.waits > 0 {
		t.Fatalf("%s: its constructor sent %q and waited %d times, want no I/O", c.Model, r.wire.Sent, r.waits)
	}
	return r
}

func (c Case) bare(request string) string {
	if c.Bare == nil {
		return request
	}
	return c.Bare(request)
}

func (c Case) options(m drivers.Model) any {
	if c.Options != nil {
		return c.Options
	}
	return m.Defaults()
}

// wait takes no time.
func (r *run) wait(ctx context.Context, d time.Duration) error {
	n := r.waits
	r.waits++
	if r.onWait != nil {
		r.onWait(n)
	}
	return ctx.Err()
}

// believe identifies the device, if it has that, and reads it: what the agent does after a line was opened.
func (r *run) believe(ctx context.Context) ([]drivers.Reading, error) {
	if _, err := r.identify(ctx); err != nil {
		return nil, err
	}
	return r.device.Read(ctx)
}

func (r *run) identify(ctx context.Context) (drivers.Identity, error) {
	if f, ok := r.device.(drivers.Forgetter); ok {
		f.Forget()
	}
	if d, ok := r.device.(drivers.Identifier); ok {
		return d.Identify(ctx)
	}
	return drivers.Identity{}, nil
}
