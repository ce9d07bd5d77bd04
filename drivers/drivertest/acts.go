package drivertest

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pychron-edge/drivers"
)

func cancelled(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// acts runs the rules of an Actuator.
func (c Case) acts(t *testing.T) {
	t.Run("controls", c.controls)
	t.Run("out of range", c.outOfRange)
	t.Run("sets", c.sets)
	t.Run("set unanswered", c.setUnanswered)
	t.Run("halt twice", c.haltTwice)
	t.Run("halt in the middle", c.haltInTheMiddle)
	t.Run("halt unanswered", c.haltUnanswered)
}

func (c Case) actuator(t *testing.T) (*run, drivers.Actuator) {
	t.Helper()
	r := c.open(t)
	a, ok := r.device.(drivers.Actuator)
	if !ok {
		t.Fatalf("%s is no Actuator", c.Model)
	}
	return r, a
}

func (c Case) controls(t *testing.T) {
	_, a := c.actuator(t)
	for _, control := range a.Controls() {
		if !(control.Min < control.Max) || control.Idle < control.Min || control.Idle > control.Max {
			t.Errorf("control %+v: want Min < Max and Idle between them", control)
		}
		if !slices.ContainsFunc(c.Sets, func(s Setting) bool { return s.Control == control.Name }) {
			t.Errorf("control %s is not tried in Sets", control.Name)
		}
	}
}

func (c Case) outOfRange(t *testing.T) {
	r, a := c.actuator(t)
	refuse := func(control string, v float64) {
		if err := a.Set(t.Context(), control, v); !errors.Is(err, drivers.ErrRange) {
			t.Errorf("Set(%s, %g) = %v, want ErrRange", control, v, err)
		}
		if len(r.wire.Sent) > 0 {
			t.Fatalf("Set(%s, %g) sent %q, want nothing", control, v, r.wire.Sent)
		}
	}
	for _, k := range a.Controls() {
		above, below := math.Nextafter(k.Max, math.Inf(1)), math.Nextafter(k.Min, math.Inf(-1))
		for _, v := range []float64{above, below, math.NaN(), math.Inf(1), math.Inf(-1)} {
			refuse(k.Name, v)
		}
	}
	refuse("no such control", 0)
}

func (c Case) sets(t *testing.T) {
	for _, s := range c.Sets {
		r, a := c.actuator(t)
		if err := a.Set(t.Context(), s.Control, s.Value); err != nil {
			t.Errorf("Set(%v) = %v after %q", s, err, r.wire.Sent)
		}
	}
}

// setUnanswered makes the instrument silent, and then answer with noise, from each request of a Set on: the Set must not succeed, unless what
// is lost is not needed to know.
func (c Case) setUnanswered(t *testing.T) {
	for _, s := range c.Sets {
		for n := range c.requests(t, s) {
			for _, by := range []string{"", "\xA5"} {
				r, a := c.actuator(t)
				answered := true
				r.wire.Reply = func(at int, _, reply string) string {
					if at < n || reply == "" {
						return reply
					}
					answered = false
					if by == "" {
						return ""
					}
					return c.asNoise(reply, by)
				}
				if err := a.Set(t.Context(), s.Control, s.Value); !answered && !oneOfOurs(err) {
					t.Errorf("Set(%v) = %v with %q in place of the replies from %d on, want an error of this package", s, err, by, n)
				}
			}
		}
	}
}

// requests counts the requests of a Set.
func (c Case) requests(t *testing.T, s Setting) int {
	r, a := c.actuator(t)
	if err := a.Set(t.Context(), s.Control, s.Value); err != nil {
		t.Errorf("Set(%v) = %v after %q", s, err, r.wire.Sent)
	}
	return len(r.wire.Sent)
}

func (c Case) haltTwice(t *testing.T) {
	r, a := c.actuator(t)
	for n := range 2 {
		r.wire.Sent = nil
		if err := a.Halt(t.Context()); err != nil {
			t.Errorf("Halt() number %d = %v", n+1, err)
		}
		c.safe(t, r.wire.Sent, true)
	}
}

// safe makes sure that what a Halt sent is Safe, all of it, in that order; once each where it was acknowledged.
func (c Case) safe(t *testing.T, sent []string, once bool) {
	t.Helper()
	var steps []string
	for _, request := range sent {
		request = c.bare(request)
		switch {
		case slices.Contains(c.AskedWhileHalting, request):
		case !slices.Contains(c.Safe, request):
			t.Errorf("Halt sent %q, which is not safe", request)
		case once || !slices.Contains(steps, request):
			steps = append(steps, request)
		}
	}
	if !slices.Equal(steps, c.Safe) {
		t.Errorf("Halt sent %q, want %q", steps, c.Safe)
	}
}

// haltInTheMiddle cuts each Set before each of its requests, after it, and in each wait, and then halts.
func (c Case) haltInTheMiddle(t *testing.T) {
	for _, s := range c.Sets {
		n := c.requests(t, s)
		for at := range n {
			c.cut(t, s, func(r *run, cancel func()) {
				r.wire.Before = func(i int) {
					if i == at {
						cancel()
					}
				}
			}, at)
			c.cut(t, s, func(r *run, cancel func()) {
				r.wire.After = func(i int) {
					if i == at {
						cancel()
					}
				}
			}, at+1)
		}
		r, a := c.actuator(t)
		if err := a.Set(t.Context(), s.Control, s.Value); err != nil {
			t.Fatal(err)
		}
		for at := range r.waits {
			c.cut(t, s, func(r *run, cancel func()) {
				r.onWait = func(i int) {
					if i == at {
						cancel()
					}
				}
			}, -1)
		}
	}
}

// cut runs a Set that is cancelled as arranged and then a Halt. The Set must have sent no more than limit requests (-1 = any),
// and return the context's error.
func (c Case) cut(t *testing.T, s Setting, arrange func(*run, func()), limit int) {
	t.Helper()
	r, a := c.actuator(t)
	ctx, cancel := cancelled(t)
	arrange(r, cancel)
	err := a.Set(ctx, s.Control, s.Value)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Set(%v) cut after %q = %v, want %v", s, r.wire.Sent, err, context.Canceled)
	}
	if limit >= 0 && len(r.wire.Sent) > limit {
		t.Errorf("Set(%v) cut at request %d went on to send %q", s, limit, r.wire.Sent[limit:])
	}
	begun := len(r.wire.Sent)
	r.wire.Before, r.wire.After, r.onWait = nil, nil, nil
	if err := a.Halt(t.Context()); err != nil {
		t.Errorf("Halt() after %q = %v", r.wire.Sent[:begun], err)
	}
	c.safe(t, r.wire.Sent[begun:], true)
}

func (c Case) haltUnanswered(t *testing.T) {
	if len(c.Safe) == 0 {
		return
	}
	for _, by := range []string{"", "\xA5"} {
		r, a := c.actuator(t)
		answered := false
		r.wire.Reply = func(_ int, _, reply string) string {
			answered = answered || reply != ""
			if by == "" || reply == "" {
				return ""
			}
			return c.asNoise(reply, by)
		}
		if err := a.Halt(t.Context()); answered && !oneOfOurs(err) {
			t.Errorf("Halt() with %q for every reply = %v, want an error of this package", by, err)
		}
		if len(r.wire.Sent) > 100 {
			t.Errorf("Halt() sent %d requests, want a bound", len(r.wire.Sent))
		}
		c.safe(t, r.wire.Sent, false)
	}
}
