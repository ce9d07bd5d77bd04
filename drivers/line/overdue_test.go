package line_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// busyFor is an instrument that answers one request after the other, each within 10 ms, and the first not before it was busy for a time.
func busyFor(busy time.Duration) func(*line.Owner, *drivertest.Peer) {
	return func(_ *line.Owner, p *drivertest.Peer) {
		var free time.Time
		p.Answer = func(request []byte) {
			if free.IsZero() {
				free = time.Now().Add(busy)
			}
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(10 * time.Millisecond)
			reply := "<" + string(request[:1]) + ">\n"
			time.AfterFunc(time.Until(free), func() { p.Send(reply) })
		}
	}
}

func TestLateReplyIsNeverTheNextAnswer(t *testing.T) {
	for busy := 450 * time.Millisecond; busy < 3*time.Second; busy += 50 * time.Millisecond {
		t.Run(busy.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, _ := running(t, drivers.LineSettings{}, busyFor(busy))
				failed := 0
				for n := range 20 {
					request := string(rune('A' + n))
					reply, err := o.Port("gauge").Transact(t.Context(), []byte(request+"\r"), toLF)
					if err != nil {
						failed++
					} else if string(reply) != "<"+request+">" {
						t.Errorf("%s is answered by %q", request, reply)
					}
				}
				if failed > 8 {
					t.Errorf("%d of 20 exchanges failed, want the line to recover", failed)
				}
			})
		})
	}
}

func TestLateReplyIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, busyFor(900*time.Millisecond))
		port := o.Port("gauge")
		if _, err := port.Transact(t.Context(), []byte("A\r"), toLF); !errors.Is(err, drivers.ErrTimeout) {
			t.Fatalf("the late one = %v, want ErrTimeout", err)
		}
		_, err := port.Transact(t.Context(), []byte("B\r"), toLF)
		const want = `tcp://bench:1: garbled reply: "<A>" was followed by "<B>": the first may be the late answer to the request before`
		if !errors.Is(err, drivers.ErrGarbled) || err.Error() != want {
			t.Errorf("the next one = %v, want %s", err, want)
		}
		exchange(t, port, t.Context(), "C\r", "<C>")
	})
}

// An instrument that says more than its answer after each request loses one exchange to that, not all that follow.
func TestSecondLineOfEveryReplyIsRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(request []byte) {
				if n++; n > 1 {
					p.Send("<" + string(request[:1]) + ">\nOK\n")
				}
			}
		})
		port := o.Port("gauge")
		for _, request := range []string{"A\r", "B\r"} {
			if _, err := port.Transact(t.Context(), []byte(request), toLF); err == nil {
				t.Errorf("Transact(%q) = nil, want an error", request)
			}
		}
		exchange(t, port, t.Context(), "C\r", "<C>")
		exchange(t, port, t.Context(), "D\r", "<D>")
	})
}

// A device that is off does not slow the others on its line: they wait for its reply three times, and then no more.
func TestDeadDeviceCostsTheOthersNoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(request []byte) {
				if request[0] != 'X' {
					p.Send("<" + string(request[:1]) + ">\n")
				}
			}
		})
		dead, alive := o.Port("dead"), o.Port("alive")
		exchange(t, alive, t.Context(), "A\r", "<A>")
		for n := range 6 {
			if _, err := dead.Transact(t.Context(), []byte("X\r"), toLF); !errors.Is(err, drivers.ErrTimeout) {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // the grace for the late reply is over
			begun := time.Now()
			exchange(t, alive, t.Context(), "A\r", "<A>")
			if waited := time.Since(begun) > 30*time.Millisecond; waited != (n < 3) {
				t.Errorf("after %d failures of the other it took %v", n+1, time.Since(begun))
			}
		}
	})
}
