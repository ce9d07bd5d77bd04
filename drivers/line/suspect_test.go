package line_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// noiseBefore answers each request with its number after 100 ms, and puts noise in front of the first reply.
func noiseBefore(noise string) func(*line.Owner, *drivertest.Peer) {
	return func(_ *line.Owner, p *drivertest.Peer) {
		n := 0
		p.Answer = func(request []byte) {
			if n++; n == 1 {
				p.Send(noise)
			}
			reply := fmt.Sprintf("%s%d\n", strings.TrimSpace(string(request)), n)
			time.AfterFunc(100*time.Millisecond, func() { p.Send(reply) })
		}
	}
}

// noStar is a split function that refuses what begins with a star.
func noStar(data []byte, atEOF bool) (int, []byte, error) {
	if bytes.HasPrefix(data, []byte("*")) {
		return 0, nil, drivers.ErrGarbled
	}
	return bufio.ScanLines(data, atEOF)
}

func TestReplyBehindNoiseIsNotTheNextAnswer(t *testing.T) {
	t.Run("refused by the split function", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.LineSettings{}, noiseBefore("*\n"))
			if _, err := o.Port("oven").Transact(t.Context(), []byte("PV\r"), noStar); !errors.Is(err, drivers.ErrGarbled) {
				t.Fatalf("Transact with noise = %v, want ErrGarbled", err)
			}
			exchange(t, o.Port("oven"), t.Context(), "SP\r", "SP2")
		})
	})
	t.Run("suspected by the driver", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.LineSettings{}, noiseBefore("noise\n"))
			exchange(t, o.Port("oven"), t.Context(), "PV\r", "noise")
			o.SuspectReply()
			begun := time.Now()
			exchange(t, o.Port("oven"), t.Context(), "SP\r", "SP2")
			if took := time.Since(begun); took > time.Second {
				t.Errorf("the exchange after a suspect one took %v, want its deadline and the reply", took)
			}
			begun = time.Now()
			exchange(t, o.Port("oven"), t.Context(), "OP\r", "OP3")
			if took := time.Since(begun); took > 150*time.Millisecond {
				t.Errorf("the exchange after that took %v, want no wait: the suspicion is over", took)
			}
		})
	})
	t.Run("a halt does not wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, peer := running(t, drivers.LineSettings{}, noiseBefore("noise\n"))
			exchange(t, o.Port("laser"), t.Context(), "PV\r", "noise")
			o.SuspectReply()
			begun := time.Now()
			o.Port("laser").Transact(drivers.WithPriority(t.Context(), drivers.Halt), []byte("OFF\r"), toLF)
			if at := peer.SentAt(); at[1].Sub(begun) > 50*time.Millisecond {
				t.Errorf("the halt was sent %v after it was asked for, want at once", at[1].Sub(begun))
			}
		})
	})
	t.Run("a suspect reply of a slow instrument holds the line for a second", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.LineSettings{Deadline: time.Minute}, noiseBefore("noise\n"))
			exchange(t, o.Port("srg"), t.Context(), "PV\r", "noise")
			o.SuspectReply()
			begun := time.Now()
			exchange(t, o.Port("srg"), t.Context(), "SP\r", "SP2")
			if took := time.Since(begun); took < time.Second || took > 1500*time.Millisecond {
				t.Errorf("the exchange after a suspect one took %v, want 1 s and the reply", took)
			}
		})
	})
}
