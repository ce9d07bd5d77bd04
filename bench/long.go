package main

import (
	"io"
	"strings"
	"time"
)

// longWatch is how long an agent runs before its memory is looked at: it gives back what it no longer needs a minute after the last look at
// its page.
const longWatch = 75 * time.Second

// long looks at the memory of an agent that has run for a while, scraped each second, with one look at its page; with 10 instruments and
// with 200.
func (b *bench) long(o *options, out io.Writer) error {
	var anonymous [2]int64
	for i, n := range []int{10, 200} {
		s := scene{framing: "ascii", instruments: n, every: time.Second, scrape: true}
		f, err := b.settled(byUnit("agent", o.agent), s)
		if err != nil {
			return err
		}
		anonymous[i] = f.anonymous
		if i == 0 {
			row(out, "RSS after page and scrapes, 10 instruments", mib(f.total())+" MiB ("+mib(f.anonymous)+" + "+mib(f.file)+")", "<= 16 MiB")
		}
	}
	row(out, "each instrument more", mib((anonymous[1]-anonymous[0])*1024/190)+" KiB", "<= 50 KiB")
	return nil
}

func (b *bench) settled(p program, s scene) (f figures, err error) {
	unplug, err := b.plugIn(s)
	if err != nil {
		return f, err
	}
	defer unplug()
	cmd, listen, _, err := b.begin(p, s)
	if err != nil {
		return f, err
	}
	defer stop(cmd)
	end, err := readers(listen, s)
	if err != nil {
		return f, err
	}
	defer end()
	for _, path := range strings.Fields("/ /built/page.js /status /series?point=g0.p") {
		if err := get("http://" + listen + path); err != nil {
			return f, err
		}
	}
	time.Sleep(longWatch)
	u, err := used(cmd.Process.Pid)
	f.anonymous, f.file = u.anonymous, u.file
	return f, err
}
