package drivertest

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pychron-edge/drivers"
)

// Conform runs the rules that every driver on a line keeps, with the exchanges of c:
//
//   - its model says what it is, what it reads and where that comes from; every reading it returns is among its points;
//   - constructing it does no I/O;
//   - Identify and Read give what c wants, with replies that come byte by byte, at once and over a line of its kind;
//   - nothing is asked and nothing waited for between the last byte of a reading and its return, but where the case says why;
//   - silence is ErrTimeout, noise is an error and ErrGarbled where it can be recognised, a cut-off reply never becomes another value;
//   - a refusal, an unknown word or NaN in answer to one request makes what hangs on it missing, with a reason, and nothing else;
//   - doubled, echoed, torn and late, cut by a power cycle, with noise or another line around it, with another end or a bit that is wrong, a reply never becomes a wrong reading, and it
//     is right again;
//   - one byte that is changed gives no other value, but where the case says which do for want of a check;
//   - after a timeout the late reply is not taken for the next answer; a reply of another unit is refused;
//   - whatever number is in a reply, NaN, infinities and 9.9E+9 as a pressure do not leave the driver; nothing is sent once ctx is done;
//   - of an actuator: Set refuses what is out of range without sending anything; Halt can be called twice; it comes out safe
//     when it cuts a Set before and after each request and in each wait; it tries every step although the instrument
//     is silent, and returns an error.
func Conform(t *testing.T, c Case) {
	t.Run("described", c.described)
	t.Run("reads", c.reads)
	t.Run("prompt", c.prompt)
	t.Run("silence", c.silence)
	t.Run("noise", c.noise)
	if !c.Whole {
		t.Run("cut off", c.cutOff)
	}
	t.Run("partly", c.partly)
	t.Run("late reply", c.lateReply)
	t.Run("over a line", c.overALine)
	t.Run("faulty line", c.faultyLine)
	t.Run("another unit answers", c.foreign)
	t.Run("one byte", c.oneByte)
	t.Run("not finite", c.notFinite)
	t.Run("context done", c.contextDone)
	if _, ok := c.open(t).device.(drivers.Actuator); ok {
		t.Run("acts", c.acts)
	} else if len(c.Sets) > 0 || len(c.Safe) > 0 {
		t.Errorf("%s is no Actuator, but the case has Sets or Safe", c.Model)
	}
}

func (c Case) described(t *testing.T) {
	m, err := drivers.Find(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"About": m.About, "Reads": m.Reads, "Source": m.Source, "Confidence": string(m.Confidence)} {
		if text == "" {
			t.Errorf("%s says no %s", c.Model, what)
		}
	}
	if c.Odd == nil && c.OneFrame == "" {
		t.Errorf("the case of %s has neither Odd answers nor a reason why there are none (OneFrame)", c.Model)
	}
	if len(m.Points(c.options(m))) == 0 {
		t.Errorf("%s has no points", c.Model)
	}
	if _, ok := c.open(t).device.(drivers.Actuator); ok != (m.Sets != "") {
		t.Errorf("%s: Sets is %q, and that it is an Actuator is %v", c.Model, m.Sets, ok)
	}
}

func (c Case) reads(t *testing.T) {
	r := c.open(t)
	id, err := r.identify(t.Context())
	if err != nil || id != c.Identity {
		t.Fatalf("Identify() = %+v, %v, want %+v", id, err, c.Identity)
	}
	for n := range 3 {
		got, err := r.device.Read(t.Context())
		if err != nil || !same(got, c.Want) {
			t.Fatalf("Read() number %d = %+v, %v, want %+v", n+1, got, err, c.Want)
		}
		c.known(t, got)
	}
	again := c.open(t)
	if got, err := again.device.Read(t.Context()); err != nil || !same(got, c.Want) {
		t.Errorf("Read() without Identify = %+v, %v, want %+v", got, err, c.Want)
	}
}

// same compares readings; values to 9 digits, because units are converted.
func same(a, b []drivers.Reading) bool {
	return slices.EqualFunc(a, b, func(x, y drivers.Reading) bool {
		close := math.Abs(x.Value-y.Value) <= 1e-9*math.Abs(y.Value)
		x.Value, y.Value = 0, 0
		return close && x == y
	})
}

// known makes sure that readings are among the points of the model, once each, and finite.
func (c Case) known(t *testing.T, readings []drivers.Reading) {
	t.Helper()
	m, err := drivers.Find(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[drivers.Point]bool{}
	for _, p := range m.Points(c.options(m)) {
		p = drivers.Point{Channel: p.Channel, Name: p.Name, Unit: p.Unit}
		seen[p] = false
	}
	for _, r := range readings {
		p := drivers.Point{Channel: r.Channel, Name: r.Name, Unit: r.Unit}
		if twice, ok := seen[p]; !ok || twice {
			t.Errorf("reading %+v is not among the points %v, or comes twice", r, slices.Collect(maps.Keys(seen)))
		}
		seen[p] = true
		if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) || r.Unit == drivers.Pascals && r.Value > 1e9 {
			t.Errorf("reading %+v is not finite, or no pressure", r)
		}
	}
}

// each calls f for every exchange of Identify and Read, with a new device and the number of the exchange.
func (c Case) each(t *testing.T, f func(r *run, n int, request, reply string)) {
	type answered struct{ request, reply string }
	var all []answered
	r := c.open(t)
	r.wire.Reply = func(_ int, request, reply string) string {
		all = append(all, answered{request, reply})
		return reply
	}
	if _, err := r.believe(t.Context()); err != nil {
		t.Fatalf("Read() = %v", err)
	}
	for n, a := range all {
		if a.reply != "" {
			f(c.open(t), n, a.request, a.reply)
		}
	}
}

func (c Case) silence(t *testing.T) {
	c.each(t, func(r *run, n int, request, _ string) {
		r.wire.Reply = replace(n, "")
		if got, err := r.believe(t.Context()); !errors.Is(err, drivers.ErrTimeout) || got != nil {
			t.Errorf("silence after %q: Read() = %+v, %v, want ErrTimeout", request, got, err)
		}
	})
}

// replace changes reply n.
func replace(n int, by string) func(int, string, string) string {
	return func(at int, _, reply string) string {
		if at == n {
			return by
		}
		return reply
	}
}

// asNoise is a reply with every byte but its end replaced.
func (c Case) asNoise(reply string, by string) string {
	body := strings.TrimRight(reply, "\r\n")
	if c.End != "" {
		body = strings.TrimSuffix(reply, c.End)
	}
	return strings.Repeat(by, max(len(body), 1)) + reply[len(body):]
}

func (c Case) noise(t *testing.T) {
	c.each(t, func(_ *run, n int, request, reply string) {
		if slices.Contains(c.Opaque, reply) {
			return
		}
		recognised := false
		for _, by := range []string{"\xA5", "~"} {
			r := c.open(t)
			r.wire.Reply = replace(n, c.asNoise(reply, by))
			got, err := r.believe(t.Context())
			if !oneOfOurs(err) || got != nil {
				t.Errorf("%q in answer to %q: Read() = %+v, %v, want an error of this package", c.asNoise(reply, by), request, got, err)
			}
			recognised = recognised || errors.Is(err, drivers.ErrGarbled)
		}
		if !recognised {
			t.Errorf("noise in answer to %q is never ErrGarbled", request)
		}
	})
}

func oneOfOurs(err error) bool {
	return errors.Is(err, drivers.ErrGarbled) || errors.Is(err, drivers.ErrTimeout) || errors.Is(err, drivers.ErrRefused)
}

func (c Case) cutOff(t *testing.T) {
	c.each(t, func(_ *run, n int, request, reply string) {
		if slices.Contains(c.Opaque, reply) {
			return
		}
		for length := 1; length < len(reply); length++ {
			r := c.open(t)
			r.wire.Reply = replace(n, reply[:length])
			got, err := r.believe(t.Context())
			if err == nil && !same(got, c.Want) || err != nil && !oneOfOurs(err) {
				t.Errorf("%q in answer to %q: Read() = %+v, %v, want an error, or what was wanted", reply[:length], request, got, err)
			}
		}
	})
}

// lateReply loses each reply in turn; the line discards it when it comes, and the next Read must be right.
func (c Case) lateReply(t *testing.T) {
	c.each(t, func(r *run, n int, request, _ string) {
		r.wire.Reply = replace(n, "")
		if _, err := r.believe(t.Context()); err == nil {
			t.Errorf("Read() took silence after %q for an answer", request)
		}
		if got, err := r.device.Read(t.Context()); err != nil || !same(got, c.Want) {
			t.Errorf("after the reply to %q was late: Read() = %+v, %v, want %+v", request, got, err, c.Want)
		}
	})
}

func (c Case) foreign(t *testing.T) {
	for _, f := range c.Foreign {
		r, met := c.open(t), false
		r.wire.Reply = func(_ int, request, reply string) string {
			if request == f[0] {
				met = true
				return f[1]
			}
			return reply
		}
		if got, err := r.believe(t.Context()); !errors.Is(err, drivers.ErrGarbled) || got != nil {
			t.Errorf("%q in answer to %q: Read() = %+v, %v, want ErrGarbled", f[1], f[0], got, err)
		}
		if !met {
			t.Errorf("request %q of Foreign was never sent", f[0])
		}
	}
}

var numberInReply = regexp.MustCompile(`[+-]?\d+(\.\d+)?([eE][+-]?\d+)?`)

func (c Case) notFinite(t *testing.T) {
	c.each(t, func(_ *run, n int, request, reply string) {
		for _, by := range []string{"NaN", "+Inf", "-inf", "1E999", "1e308", "9.9E+9", ""} {
			for _, at := range numberInReply.FindAllStringIndex(reply, 8) {
				r := c.open(t)
				r.wire.Reply = replace(n, reply[:at[0]]+by+reply[at[1]:])
				got, err := r.believe(t.Context())
				if err != nil && got != nil {
					t.Errorf("%q in answer to %q: Read() = %+v and %v, want one of them", by, request, got, err)
				}
				c.known(t, got)
			}
		}
	})
}

func (c Case) contextDone(t *testing.T) {
	c.each(t, func(r *run, n int, request, _ string) {
		ctx, cancel := cancelled(t)
		r.wire.After = func(at int) {
			if at == n {
				cancel()
			}
		}
		if _, err := r.believe(ctx); !errors.Is(err, ctx.Err()) || err == nil {
			t.Errorf("cancelled after %q: Read() = %v, want %v", request, err, ctx.Err())
		}
		if sent := len(r.wire.Sent); sent > n+1 {
			t.Errorf("cancelled after %q, but sent %q", request, r.wire.Sent[n+1:])
		}
	})
}

func (s Setting) String() string { return fmt.Sprintf("%s = %g", s.Control, s.Value) }
