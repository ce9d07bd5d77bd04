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

// A line that an instrument says by itself, and that its driver did not know, is found out at the next reply, which is its own and not that
// of the next request.
func TestReplyBehindAnUnknownOneIsConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(request []byte) {
				reply := "<" + string(request[:1]) + ">\n"
				if n++; n == 2 {
					p.Send("READY\n")
				}
				time.AfterFunc(10*time.Millisecond, func() { p.Send(reply) })
			}
		})
		port := o.Port("gauge")
		exchange(t, port, t.Context(), "A\r", "<A>")
		exchange(t, port, t.Context(), "B\r", "READY")
		port.(interface{ ConfirmNext() }).ConfirmNext()
		if reply, err := port.Transact(t.Context(), []byte("C\r"), toLF); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("the exchange behind an unknown one = %q, %v, want ErrGarbled", reply, err)
		}
		exchange(t, port, t.Context(), "D\r", "<D>")
		begun := time.Now()
		exchange(t, port, t.Context(), "E\r", "<E>")
		if took := time.Since(begun); took > 20*time.Millisecond {
			t.Errorf("the exchange after that took %v, want no wait", took)
		}
	})
}
