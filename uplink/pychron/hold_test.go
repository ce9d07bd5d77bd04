package pychron

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.WithoutCancel(t.Context()))
}

// simulated runs a test on a clock that moves when everything waits, against a handler that is ended with it.
func simulated(t *testing.T, f *fakeAgent, test func(*testing.T, *handler)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := contextOf(t)
		h := NewServer(optionsFor(f)).handler(ctx)
		test(t, h)
		h.moves.stop()
		cancel()
	})
}

// ask is what a client with the timings of the sheet hears: three tries, the first waits 1.0 s, later ones 0.5 s, 25 ms apart.
func (h *handler) askAs(t *testing.T, by Client, text string) string {
	var wg sync.WaitGroup
	defer wg.Wait()
	for n := range 3 {
		answered := make(chan string, 1)
		wg.Go(func() { answered <- h.answer(t.Context(), by, text) })
		limit := 500 * time.Millisecond
		if n == 0 {
			limit = time.Second
		}
		select {
		case reply := <-answered:
			return reply
		case <-time.After(limit):
			time.Sleep(25 * time.Millisecond)
		}
	}
	return ""
}

// handshake is PychronGPActuator.actuate: the command, 50 ms, and the query must equal the wish.
func handshake(t *testing.T, h *handler, by Client, valve string, open bool) bool {
	verb := "Close "
	if open {
		verb = "Open "
	}
	if !toBool(h.askAs(t, by, verb+valve)) {
		return false
	}
	time.Sleep(50 * time.Millisecond)
	return toBool(h.askAs(t, by, "GetIndicatorState "+valve)) == open
}

// toBool is the client's: everything it does not know is false.
func toBool(s string) bool {
	return slices.Contains([]string{"true", "t", "yes", "y", "1", "ok", "open"}, strings.ToLower(s))
}

func TestHandshakeOfSlowAndBrokenValves(t *testing.T) {
	for name, c := range map[string]struct {
		travel            time.Duration
		sticks, contradic bool
		want              bool
	}{
		"20 ms": {travel: 20 * time.Millisecond, want: true}, "400 ms": {travel: 400 * time.Millisecond, want: true}, "1.9 s": {travel: 1900 * time.Millisecond, want: true},
		"sticks": {travel: time.Second, sticks: true}, "contradicts": {travel: 600 * time.Millisecond, contradic: true},
		"sticks at once": {sticks: true}, "slower than can be waited for": {travel: 5 * time.Second},
	} {
		for _, open := range []bool{true, false} {
			f := valvesABC(positionOf(!open))
			f.travel["A"], f.sticks["A"], f.contra["A"] = c.travel, c.sticks, c.contradic
			simulated(t, f, func(t *testing.T, h *handler) {
				if got := handshake(t, h, mac, "A", open); got != c.want {
					t.Errorf("%s, open %v: the client sees %v, want %v", name, open, got, c.want)
				}
				h.moves.stop()
				if n := len(f.noted("commands_total")); len(f.moves()) != 1 || n != 1 {
					t.Errorf("%s, open %v: moved %v with %d events, want once with one", name, open, f.moves(), n)
				}
			})
		}
	}
}

func TestCommandIsHeldNoLongerThan450ms(t *testing.T) {
	for travel, want := range map[time.Duration]time.Duration{20 * time.Millisecond: 20 * time.Millisecond, 10 * time.Second: 450 * time.Millisecond} {
		f := valvesABC(Closed)
		f.travel["A"] = travel
		simulated(t, f, func(t *testing.T, h *handler) {
			begun := time.Now()
			if got := h.answer(t.Context(), mac, "Open A"); got != "OK" || time.Since(begun) != want {
				t.Errorf("a valve of %v: %q after %v, want OK after %v", travel, got, time.Since(begun), want)
			}
		})
	}
}

// Open at 0, 1.03 and 1.56 s while the valve takes 1.9 s: one Set, three answers, one event.
func TestRepeatsJoinTheMove(t *testing.T) {
	f := valvesABC(Closed)
	f.travel["A"] = 1900 * time.Millisecond
	simulated(t, f, func(t *testing.T, h *handler) {
		begun := time.Now()
		for _, at := range []time.Duration{0, 1030 * time.Millisecond, 1560 * time.Millisecond} {
			time.Sleep(time.Until(begun.Add(at)))
			if got := h.answer(t.Context(), mac, "Open A"); !strings.EqualFold(got, "OK") {
				t.Errorf("Open A at %v = %q, want OK", at, got)
			}
		}
		h.moves.stop()
		if n := len(f.noted("commands_total")); len(f.moves()) != 1 || f.asked != 1 || n != 1 {
			t.Errorf("moved %v, %d commands, %d events; want one of each", f.moves(), f.asked, n)
		}
	})
}

// The opposite command does not join, nor does another client's.
func TestOnlyARepeatJoins(t *testing.T) {
	f := valvesABC(Closed)
	f.travel["A"] = time.Second
	simulated(t, f, func(t *testing.T, h *handler) {
		h.answer(t.Context(), mac, "Open A")
		h.answer(t.Context(), pc, "Open A")
		h.answer(t.Context(), mac, "Close A")
		h.moves.stop()
		if f.asked != 3 {
			t.Errorf("%d commands, want 3", f.asked)
		}
	})
}

func TestIndicatorIsHeldUntilTheValveHasSettled(t *testing.T) {
	for travel, want := range map[time.Duration]struct {
		reply string
		after time.Duration
	}{
		1500 * time.Millisecond: {"True", 1500 * time.Millisecond},
		10 * time.Second:        {"False", 2500 * time.Millisecond}, // still moving: the opposite of the wish
	} {
		f := valvesABC(Closed)
		f.travel["A"] = travel
		simulated(t, f, func(t *testing.T, h *handler) {
			begun := time.Now()
			h.answer(t.Context(), mac, "Open A")
			if got := h.answer(t.Context(), mac, "GetIndicatorState A"); got != want.reply || time.Since(begun) != want.after {
				t.Errorf("a valve of %v: %q after %v, want %q after %v", travel, got, time.Since(begun), want.reply, want.after)
			}
		})
	}
}

// A valve that somebody else moves is waited for as well, and is no closed valve for a client that asked for nothing.
func TestIndicatorOfAValveSomebodyElseMoves(t *testing.T) {
	f := valvesABC(Closed)
	f.valves[0].Moving = true
	simulated(t, f, func(t *testing.T, h *handler) {
		begun := time.Now()
		if got := h.answer(t.Context(), mac, "GetIndicatorState A"); got != "True" || time.Since(begun) < indicatorHold {
			t.Errorf("still moving = %q after %v, want True after %v", got, time.Since(begun), indicatorHold)
		}
		time.AfterFunc(time.Second, func() { f.with(func() { f.valves[0].Moving = false }) })
		begun = time.Now()
		if got := h.answer(t.Context(), mac, "GetIndicatorState A"); got != "False" || time.Since(begun) > time.Second+lookEvery {
			t.Errorf("settled = %q after %v, want False after 1 s", got, time.Since(begun))
		}
	})
}

// Another client's refused wish does not turn a valve that is not known into a closed one.
func TestAnotherClientsWishIsNotMine(t *testing.T) {
	f := valvesABC(Unknown)
	f.contra["A"], f.forbid["A"] = true, true
	simulated(t, f, func(t *testing.T, h *handler) {
		h.answer(t.Context(), mac, "Close A")
		h.answer(t.Context(), pc, "Open A")
		if got := h.answer(t.Context(), mac, "GetIndicatorState A"); got != "True" {
			t.Errorf("after my Close: %q, want True", got)
		}
		if got := h.answer(t.Context(), pc, "GetIndicatorState A"); got != "False" {
			t.Errorf("after their Open: %q, want False", got)
		}
	})
}

// Vector 31: ten minutes of silence, and the same connection acts at once.
func TestAKeptConnectionIsNeverClosedForBeingIdle(t *testing.T) {
	f := valvesABC(Closed)
	simulated(t, f, func(t *testing.T, h *handler) {
		near, far := net.Pipe()
		var wg sync.WaitGroup
		wg.Go(func() { (&connection{conn: far, by: mac, dialect: h, options: h.options}).run(t.Context()) })
		for _, request := range []string{"Open A\r", "Close A\r"} {
			time.Sleep(10 * time.Minute)
			begun := time.Now()
			near.Write([]byte(request))
			if got := replies(t, near, 1); got[0] != "OK" || time.Since(begun) > time.Millisecond {
				t.Errorf("%q after 10 minutes = %q after %v, want OK at once", request, got, time.Since(begun))
			}
		}
		near.Close()
		wg.Wait()
	})
}

// A client that does not read its replies is turned away.
func TestAClientThatDoesNotReadIsTurnedAway(t *testing.T) {
	simulated(t, valvesABC(Closed), func(t *testing.T, h *handler) {
		near, far := net.Pipe()
		done := make(chan string, 1)
		begun := time.Now()
		go func() { done <- (&connection{conn: far, by: mac, dialect: h, options: h.options}).run(t.Context()) }()
		near.Write([]byte("GetValveStates\r"))
		if why := <-done; why != tooSlow || time.Since(begun) != writeTimeout {
			t.Errorf("turned away for %q after %v, want %q after %v", why, time.Since(begun), tooSlow, writeTimeout)
		}
		near.Close()
	})
}

// Every vector byte by byte with 2 ms between.
func TestVectorsByteByByte(t *testing.T) {
	for _, v := range vectors {
		f := v.made()
		simulated(t, f, func(t *testing.T, h *handler) {
			h.options.Coolant = "chiller"
			near, far := net.Pipe()
			var wg sync.WaitGroup
			wg.Go(func() { (&connection{conn: far, by: mac, dialect: h, options: h.options}).run(t.Context()) })
			for n, request := range v.request {
				for _, b := range []byte(request) {
					near.Write([]byte{b})
					time.Sleep(2 * time.Millisecond)
				}
				if got := replies(t, near, 1); len(got) != 1 || got[0] != v.reply[n] {
					t.Errorf("%s: %q = %q, want %q", v.name, request, got, v.reply[n])
				}
			}
			near.Close()
			wg.Wait()
		})
	}
}

// What was read in pieces by a slow client is one command, until it falls silent.
func TestSilenceEndsACommand(t *testing.T) {
	simulated(t, valvesABC(Open), func(t *testing.T, h *handler) {
		near, far := net.Pipe()
		var wg sync.WaitGroup
		wg.Go(func() { (&connection{conn: far, by: mac, dialect: h, options: h.options}).run(t.Context()) })
		near.Write([]byte("GetValve"))
		time.Sleep(silence - time.Millisecond)
		near.Write([]byte("State A"))
		begun := time.Now()
		if got := replies(t, near, 1); got[0] != "True" || time.Since(begun) != silence+secondLook {
			t.Errorf("reply %q after %v, want True after %v", got, time.Since(begun), silence+secondLook)
		}
		near.Close()
		wg.Wait()
	})
}

// One event a minute for each client and reason: those between are counted.
func TestRefusalsAreCountedNotFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := valvesABC(Closed)
		r := refusals{record: f.Record}
		for range 10 {
			r.add(mac, outside)
		}
		r.add(pc, outside)
		time.Sleep(reportEvery)
		r.add(mac, outside)
		e := f.noted("agent_pychron_clients_refused_total")
		if len(e) != 3 || e[0].Value != 1 || e[1].Value != 1 || e[2].Value != 10 {
			t.Errorf("events %+v, want 1, 1 of the other client, and the 10 since", e)
		}
	})
}
