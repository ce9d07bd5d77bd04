package line_test

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// toEnd is a reply up to one of the ends, without it.
func toEnd(end string) bufio.SplitFunc {
	return func(data []byte, _ bool) (int, []byte, error) {
		at := bytes.Index(data, []byte(end))
		if at < 0 {
			return 0, nil, nil
		}
		return at + len(end), data[:at], nil
	}
}

// fixed is a reply of n bytes.
func fixed(n int) bufio.SplitFunc {
	return func(data []byte, _ bool) (int, []byte, error) {
		if len(data) < n {
			return 0, nil, nil
		}
		return n, data[:n], nil
	}
}

// counted is a reply whose first byte is the number of those that follow.
func counted(data []byte, _ bool) (int, []byte, error) {
	if len(data) == 0 || len(data) < 1+int(data[0]) {
		return 0, nil, nil
	}
	return 1 + int(data[0]), data[: 1+int(data[0]) : 1+int(data[0])], nil
}

// framed is a reply from STX up to ETX and one byte of checksum; what stands before STX is skipped.
func framed(data []byte, _ bool) (int, []byte, error) {
	if at := bytes.IndexByte(data, 2); at != 0 {
		if at < 0 {
			at = len(data)
		}
		return at, nil, nil
	}
	at := bytes.IndexByte(data, 3)
	if at < 0 || len(data) < at+2 {
		return 0, nil, nil
	}
	return at + 2, data[:at+2], nil
}

// inHalves answers one request after the other, each within 10 ms; of the reply to the third it sends the first cut bytes, and goes
// on after that long.
func inHalves(cut int, after time.Duration, reply func(n int) string) func(*line.Owner, *drivertest.Peer) {
	return func(_ *line.Owner, p *drivertest.Peer) {
		n := 0
		var free time.Time
		p.Answer = func([]byte) {
			n++
			whole := reply(n)
			if now := time.Now(); free.Before(now) {
				free = now
			}
			if n == 3 {
				p.Send(whole[:cut])
				whole, free = whole[cut:], free.Add(after)
			}
			free = free.Add(10 * time.Millisecond)
			time.AfterFunc(time.Until(free), func() { p.Send(whole) })
		}
	}
}

// A reply that stops in the middle and goes on after its deadline spoils at most the exchange behind it, whatever the framing.
func TestRestOfALateReplyIsNeverTheNextAnswer(t *testing.T) {
	for name, f := range map[string]struct {
		split bufio.SplitFunc
		reply func(n int) string
		token func(n int) string
	}{
		"line":                    {toEnd("\r"), func(n int) string { return fmt.Sprintf("1%d.25\r", n) }, func(n int) string { return fmt.Sprintf("1%d.25", n) }},
		"CR LF":                   {toEnd("\r\n"), func(n int) string { return fmt.Sprintf("1%d.25\r\n", n) }, func(n int) string { return fmt.Sprintf("1%d.25", n) }},
		"CR of CR LF":             {toEnd("\r"), func(n int) string { return fmt.Sprintf("1%d.25\r\n", n) }, func(n int) string { return fmt.Sprintf("1%d.25", n) }},
		";FF":                     {toEnd(";FF"), func(n int) string { return fmt.Sprintf("1%d.25;FF", n) }, func(n int) string { return fmt.Sprintf("1%d.25", n) }},
		"fixed":                   {fixed(4), func(n int) string { return string([]byte{byte(n), 0, byte(n), 13}) }, func(n int) string { return string([]byte{byte(n), 0, byte(n), 13}) }},
		"fixed, blank at its end": {fixed(4), func(n int) string { return string([]byte{byte(n), byte(n), 0, 0}) }, func(n int) string { return string([]byte{byte(n), byte(n), 0, 0}) }},
		"counted":                 {counted, func(n int) string { return string([]byte{4, 2, byte(n), 2, byte(n)}) }, func(n int) string { return string([]byte{4, 2, byte(n), 2, byte(n)}) }},
		"STX ETX BCC":             {framed, func(n int) string { return fmt.Sprintf("\x02PV%d.5\x03%c", n, n) }, func(n int) string { return fmt.Sprintf("\x02PV%d.5\x03%c", n, n) }},
	} {
		t.Run(name, func(t *testing.T) {
			for cut := 1; cut < len(f.reply(3)); cut++ {
				for after := 400 * time.Millisecond; after < 1500*time.Millisecond; after += 50 * time.Millisecond {
					synctest.Test(t, func(t *testing.T) {
						o, _ := running(t, drivers.LineSettings{}, inHalves(cut, after, f.reply))
						failed := 0
						for n := 1; n <= 8; n++ {
							reply, err := o.Port("gauge").Transact(t.Context(), []byte("A\r"), f.split)
							if err != nil {
								failed++
							} else if got := strings.TrimPrefix(string(reply), "\n"); got != f.token(n) { // of CR LF
								t.Errorf("cut at %d, %v later: request %d is answered by %q, want %q", cut, after, n, reply, f.token(n))
							}
						}
						if failed > 3 {
							t.Errorf("cut at %d, %v later: %d of 8 exchanges failed, want the line to recover", cut, after, failed)
						}
					})
				}
			}
		})
	}
}

// The end of a reply that another instrument of the line has begun is waited for, too.
func TestRestOfAReplyIsNotTheOtherDevicesAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, inHalves(2, 600*time.Millisecond, func(n int) string { return fmt.Sprintf("1%d.25\r", n) }))
		for n, device := range []string{"a", "b", "a", "b", "a", "b"} {
			reply, err := o.Port(device).Transact(t.Context(), []byte("A\r"), toEnd("\r"))
			if want := fmt.Sprintf("1%d.25", n+1); err == nil && string(reply) != want {
				t.Errorf("request %d is answered by %q, want %q", n+1, reply, want)
			}
		}
	})
}
