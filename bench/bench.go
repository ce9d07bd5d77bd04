package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// bench is instruments, a broker, a subscriber.
type bench struct {
	dir    string
	gauges []*gauge
	broker string
	sub    *subscriber
	mosq   *exec.Cmd
	laser  *laser // nil: there is none
}

// figures are what one program showed.
type figures struct {
	anonymous, file    int64
	cpu                time.Duration // for a reading
	p50, p99           time.Duration // from the instrument's answer to the subscriber
	switches, syscalls float64       // of context, and read and written, for a reading; of all its threads
	cold               time.Duration // start to the first answer of an instrument
	scrape             time.Duration
	halt               time.Duration // from a reading to the first halt
	instructions       float64       // for a reading, where they are counted
}

func (f *figures) total() int64 { return f.anonymous + f.file }

func (b *bench) startBroker(address string) error {
	host, port, _ := net.SplitHostPort(address)
	conf := filepath.Join(b.dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\nmax_queued_messages 0\npersistence true\npersistence_location %s/\nautosave_interval 0\n", port, host, b.dir)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto"
	}
	b.broker = "tcp://" + address
	if b.mosq, err = start(filepath.Join(b.dir, "mosquitto.log"), 0, false, path, "-c", conf); err != nil {
		return fmt.Errorf("mosquitto (Debian package mosquitto): %w", err)
	}
	return until(5*time.Second, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// begin starts a program on instruments that were plugged in anew, for what had them before may have kept them to itself.
func (b *bench) begin(p program, s scene) (cmd *exec.Cmd, listen string, began time.Time, err error) {
	for _, g := range b.gauges {
		if err := g.replug(); err != nil {
			return nil, "", began, err
		}
	}
	b.sub.forget()
	listen = free()
	path, args, err := p.start(b, s, listen)
	if err != nil {
		return nil, "", began, err
	}
	log := filepath.Join(b.dir, "program.log")
	os.Remove(log)
	began = time.Now()
	if cmd, err = start(log, p.slack, p.agent, path, args...); err != nil {
		return nil, "", began, err
	}
	if err := until(20*time.Second, func() bool { return b.gauges[0].answered() > 0 }); err != nil {
		text, _ := os.ReadFile(log)
		stop(cmd)
		return nil, "", began, fmt.Errorf("no instrument was read: %w\n%s", err, text)
	}
	return cmd, listen, began, nil
}

// watch runs a program and measures it in the steady state.
func (b *bench) watch(d time.Duration, p program, s scene) (f figures, err error) {
	cmd, listen, began, err := b.begin(p, s)
	if err != nil {
		return f, err
	}
	defer stop(cmd)
	f.cold = b.gauges[0].since(began)
	time.Sleep(3 * time.Second) // past the start
	end, err := readers(listen, s)
	if err != nil {
		return f, err
	}
	defer end()
	before, err := used(cmd.Process.Pid)
	if err != nil {
		return f, err
	}
	n := b.answered()
	b.sub.forgetWaits()
	time.Sleep(d)
	after, err := used(cmd.Process.Pid)
	if err != nil {
		return f, err
	}
	readings := max(b.answered()-n, 1)
	f.switches = float64(after.switches-before.switches) / float64(readings)
	f.syscalls = float64(after.syscalls-before.syscalls) / float64(readings)
	f.cpu = (after.cpu - before.cpu) / time.Duration(readings)
	f.anonymous, f.file = after.anonymous, after.file
	f.p50, f.p99 = b.sub.quantile(0.5), b.sub.quantile(0.99)
	if p.agent {
		f.scrape, err = scrape("http://" + listen + "/metrics")
	}
	return f, err
}

func (b *bench) answered() int {
	n := 0
	for _, g := range b.gauges {
		n += g.answered()
	}
	return n
}

func (b *bench) unplug() {
	for _, g := range b.gauges {
		g.unplug()
	}
}

func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // there is always a free port on loopback
	}
	defer l.Close()
	return l.Addr().String()
}

func until(limit time.Duration, ok func() bool) error {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return nil
		}
	}
	return fmt.Errorf("not within %s", limit)
}
