package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// faults takes the broker away for 20 s and an instrument for 7 s, and shows the agent's return.
func (b *bench) faults(agent string, out io.Writer) (err error) {
	s := scene{framing: "mks", instruments: 10, every: 100 * time.Millisecond}
	if b.gauges, err = instruments(b.dir, s.framing, s.instruments); err != nil {
		return err
	}
	defer b.unplug()
	if b.sub, err = subscribe(b.broker, b.gauges); err != nil {
		return err
	}
	defer b.sub.client.Disconnect(100)
	cmd, _, _, err := b.begin(byUnit("agent", agent), s)
	if err != nil {
		return err
	}
	running := true
	defer func() {
		if running {
			stop(cmd)
		}
	}()
	if err := until(10*time.Second, func() bool { return b.sub.total() > 100 }); err != nil {
		return err
	}
	outage, err := b.outage()
	if err != nil {
		return err
	}
	g := b.gauges[3]
	if err := g.unplug(); err != nil {
		return err
	}
	time.Sleep(7 * time.Second)
	n, back := g.answered(), time.Now()
	if err := g.plug(); err != nil {
		return err
	}
	if err := until(30*time.Second, func() bool { return g.answered() > n }); err != nil {
		return err
	}
	replug := time.Since(back)
	stop(cmd)
	running = false
	_ = until(3*time.Second, func() bool { return b.sub.total() >= b.answered() }) // the last poll may be cut
	fmt.Fprintln(out)
	row(out, "broker away 20 s: readings lost", fmt.Sprint(b.sub.missing()), "0")
	row(out, "broker away 20 s: data again", ms(outage)+" ms", "<= 2000 ms")
	row(out, "unplugged 7 s: read again", ms(replug)+" ms", "<= 1000 ms")
	row(out, "answers in hand at SIGTERM, not told", fmt.Sprint(b.answered()-b.sub.total()), "<= 1 a line: the poll is cut")
	return nil
}

// outage is how long it takes until there is data again after 20 s without a broker. The broker keeps the subscriber's session on its disk:
// what the agent sends before the subscriber is back waits there.
func (b *bench) outage() (time.Duration, error) {
	stop(b.mosq)
	if _, err := os.Stat(filepath.Join(b.dir, "mosquitto.db")); err != nil {
		return 0, errors.Join(errors.New("the broker kept no session of the subscriber, so nothing can be said of what was lost"), err)
	}
	time.Sleep(20 * time.Second)
	if err := b.startBroker(strings.TrimPrefix(b.broker, "tcp://")); err != nil {
		return 0, err
	}
	back, seen := time.Now(), b.sub.total()
	err := until(30*time.Second, func() bool { return b.sub.total() > seen })
	return time.Since(back), err
}
