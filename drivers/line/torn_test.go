package line_test

import (
	"bufio"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// heardOn is what a line gives that comes unasked, in order, while do is done with it.
func heardOn(t *testing.T, l drivers.LineSettings, setUp func(*drivertest.Peer), do func(*line.Owner, *drivertest.Peer)) (heard []string) {
	synctest.Test(t, func(t *testing.T) {
		lines := make(chan string, 100)
		o, peer := running(t, l, func(o *line.Owner, p *drivertest.Peer) {
			o.Unasked(func(b []byte) { lines <- string(b) })
			setUp(p)
		})
		synctest.Wait()
		do(o, peer)
		time.Sleep(time.Second)
		synctest.Wait()
		for len(lines) > 0 {
			heard = append(heard, <-lines)
		}
	})
	return heard
}

func nothing(*drivertest.Peer) {}

func TestTornLineIsNotHeard(t *testing.T) {
	byLine := drivers.LineSettings{Unasked: "\n"}
	pause := 150 * time.Millisecond
	for name, c := range map[string]struct {
		do   func(*line.Owner, *drivertest.Peer)
		want []string
	}{
		"opened in the middle": {func(_ *line.Owner, p *drivertest.Peer) { p.Send("3.45\r\n123.46\r\n") }, []string{"123.46"}},
		"in pieces": {func(_ *line.Owner, p *drivertest.Peer) {
			for _, c := range "3.45\r\n123.46\r\n" {
				p.Send(string(c))
				time.Sleep(40 * time.Millisecond)
			}
		}, []string{"123.46"}},
		"opened while it is quiet": {func(_ *line.Owner, p *drivertest.Peer) {
			time.Sleep(pause)
			p.Send("DOOR OPEN\r\n")
		}, []string{"DOOR OPEN"}},
		"begun and interrupted": {func(_ *line.Owner, p *drivertest.Peer) {
			p.Send("3.4")
			time.Sleep(pause)
			p.Send("5\n6.7\n")
		}, []string{"6.7"}},
		"too long": {func(_ *line.Owner, p *drivertest.Peer) {
			time.Sleep(pause)
			p.Send(strings.Repeat("x", 5000))
			time.Sleep(30 * pause)
			p.Send("3.45\n6.7\n")
		}, []string{"6.7"}},
		"cut by an exchange that failed": {func(o *line.Owner, p *drivertest.Peer) {
			time.Sleep(pause)
			go o.Port("gauge").Transact(context.Background(), []byte("A\r"), func([]byte, bool) (int, []byte, error) { return 0, nil, nil })
			time.Sleep(490 * time.Millisecond)
			p.Send("12")
			time.Sleep(50 * time.Millisecond)
			go o.Port("gauge").Transact(context.Background(), []byte("B\r"), nil)
			time.Sleep(time.Second)
			p.Send("3.45\n6.7\n")
		}, []string{"6.7"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := heardOn(t, byLine, nothing, c.do); !slices.Equal(got, c.want) {
				t.Errorf("heard %q, want %q", got, c.want)
			}
		})
	}
}

// A frame of bytes may end like a line.
func TestFrameKeepsItsLastByte(t *testing.T) {
	got := heardOn(t, drivers.LineSettings{Unasked: "\x07\x05"}, nothing, func(_ *line.Owner, p *drivertest.Peer) {
		time.Sleep(150 * time.Millisecond)
		p.Send("\x07\x05\x01\x02\x0D\x07\x05\x03\x0A\x0A\x07\x05")
	})
	if want := []string{"\x01\x02\x0D", "\x03\x0A\x0A"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

// A line that comes while a reply is awaited, and ends in CR LF where replies end in CR, is whole, and heard once.
func TestLineBesideAReplyIsHeard(t *testing.T) {
	stars := func(data []byte, _ bool) (int, []byte, error) {
		at := bytes.IndexByte(data, '\r')
		switch {
		case at < 0:
			return 0, nil, nil
		case bytes.HasPrefix(bytes.TrimLeft(data, "\n"), []byte("*")):
			return at + 1, nil, nil
		}
		return at + 1, data[:at], bufio.ErrFinalToken
	}
	got := heardOn(t, drivers.LineSettings{Unasked: "\n"}, func(p *drivertest.Peer) {
		p.Answer = p.Says(func(string) string { return "*1.5\r\n*1.6\r\nOK\r" })
	}, func(o *line.Owner, p *drivertest.Peer) {
		time.Sleep(150 * time.Millisecond)
		for range 2 {
			if _, err := o.Port("gauge").Transact(context.Background(), []byte("A\r"), stars); err != nil {
				t.Error(err)
			}
		}
	})
	if want := []string{"*1.5", "*1.6", "*1.5", "*1.6"}; !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}
