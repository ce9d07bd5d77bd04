// Command bench measures the budgets of the design on this machine: the agent beside a naive loop of the same packages,
// in one run, ten gauges on pseudo-terminals at 10 Hz, MQTT QoS 1, deadband 0.
//
// It needs bin/agent and mosquitto. -seconds sets how long each program is watched. Figures are of shared cores: compare
// them with each other, not with another day's.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	var o options
	flag.DurationVar(&o.watch, "watch", 12*time.Second, "how long each program is watched in a pair")
	flag.IntVar(&o.pairs, "pairs", 3, "how many pairs of agent and naive loop; medians are shown")
	flag.StringVar(&o.agent, "agent", "bin/agent", "the agent's `FILE`")
	flag.BoolVar(&o.brief, "brief", false, "only the pairs, no faults")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	watch time.Duration
	pairs int
	agent string
	brief bool
}

// line is the bench: gauges, a broker, a subscriber.
type line struct {
	dir    string
	gauges []*gauge
	broker string
	sub    *subscriber
	mosq   *exec.Cmd
}

// figures are what one program showed.
type figures struct {
	anonymous, total int64
	perThousand      time.Duration // CPU per 1000 readings
	p50, p99         time.Duration
	switches         float64       // of context, per reading
	cold             time.Duration // start to first answer of a gauge
	scrape           time.Duration
	lost             int
	atEnd            int // answers of gauges at SIGTERM that were not told
	outage, replug   time.Duration
}

func run(o options) error {
	dir, err := os.MkdirTemp("", "edge-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "naive"), "./bench/naive").CombinedOutput(); err != nil {
		return fmt.Errorf("building the naive loop: %w\n%s", err, out)
	}
	l, err := set(dir)
	if err != nil {
		return err
	}
	defer stop(l.mosq)
	ours, naive, err := l.pairs(o)
	if err != nil {
		return err
	}
	all := [2]figures{middle(ours), middle(naive)}
	if !o.brief {
		l.faults(&all[0], o.agent, free())
	}
	report(os.Stdout, all[0], all[1], ratio(ours, naive))
	if !o.brief {
		afterFaults(os.Stdout, all[0])
		floodRow(os.Stdout, l.broker)
		benchmarks(os.Stdout)
	}
	return nil
}

// pairs watches agent and naive loop in turns, so that what else the machine does meets both.
func (l *line) pairs(o options) (ours, naive []figures, err error) {
	for range o.pairs {
		listen := free()
		f, err := l.watch(o.watch, o.agent, listen, "run", "-config", l.config(listen))
		if err != nil {
			return nil, nil, fmt.Errorf("agent: %w", err)
		}
		ours = append(ours, f)
		listen = free()
		args := []string{l.broker, listen, "100ms"}
		for _, g := range l.gauges {
			args = append(args, g.link)
		}
		if f, err = l.watch(o.watch, filepath.Join(l.dir, "naive"), listen, args...); err != nil {
			return nil, nil, fmt.Errorf("naive loop: %w", err)
		}
		naive = append(naive, f)
	}
	return ours, naive, nil
}

// set lays the bench out.
func set(dir string) (*line, error) {
	all, err := gauges(dir, 10)
	if err != nil {
		return nil, err
	}
	l := &line{dir: dir, gauges: all}
	if err := l.startBroker(free()); err != nil {
		return nil, err
	}
	l.sub, err = subscribe(l.broker, all)
	return l, err
}

func (l *line) startBroker(address string) error {
	host, port, _ := net.SplitHostPort(address)
	conf := filepath.Join(l.dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\nmax_queued_messages 0\npersistence true\npersistence_location %s/\nautosave_interval 0\n", port, host, l.dir)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto"
	}
	l.broker = "tcp://" + address
	if l.mosq, err = start(filepath.Join(l.dir, "mosquitto.log"), path, "-c", conf); err != nil {
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

// config writes the agent's configuration for this bench.
func (l *line) config(listen string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "agent: {name: line1, listen: %q, clock: trusted}\nmqtt: {broker: %q}\ndevices:\n", listen, l.broker)
	for i, g := range l.gauges {
		fmt.Fprintf(&b, "  - {name: g%d, model: mks-937b, port: %q, every: 100ms, deadband: 0, options: {channels: {1: p}}}\n", i, "serial://"+g.link+"?baud=9600")
	}
	path := filepath.Join(l.dir, "agent.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		panic(err) // the folder is ours
	}
	return path
}

// watch runs a program and measures it in the steady state.
func (l *line) watch(d time.Duration, path, listen string, args ...string) (f figures, err error) {
	for _, g := range l.gauges {
		g.forget()
	}
	l.sub.forget()
	began := time.Now()
	p, err := start(filepath.Join(l.dir, "program.log"), path, args...)
	if err != nil {
		return f, err
	}
	defer stop(p)
	if err := until(10*time.Second, func() bool { return l.gauges[0].answered() > 0 }); err != nil {
		log, _ := os.ReadFile(filepath.Join(l.dir, "program.log"))
		return f, fmt.Errorf("no gauge was read: %w\n%s", err, log)
	}
	l.gauges[0].mu.Lock()
	f.cold = l.gauges[0].first.Sub(began)
	l.gauges[0].mu.Unlock()
	time.Sleep(3 * time.Second) // past the start
	before, err := used(p.Process.Pid)
	if err != nil {
		return f, err
	}
	n := l.answered()
	l.sub.mu.Lock()
	l.sub.waits = nil
	l.sub.mu.Unlock()
	time.Sleep(d)
	after, err := used(p.Process.Pid)
	if err != nil {
		return f, err
	}
	f.switches = float64(after.switches-before.switches) / float64(max(l.answered()-n, 1))
	f.perThousand = (after.cpu - before.cpu) * 1000 / time.Duration(max(l.answered()-n, 1))
	f.anonymous, f.total = after.anonymous, after.total
	f.p50, f.p99 = l.sub.quantile(0.5), l.sub.quantile(0.99)
	f.scrape, err = scrape("http://" + listen + "/metrics")
	return f, err
}

func (l *line) answered() int {
	n := 0
	for _, g := range l.gauges {
		n += g.answered()
	}
	return n
}

// scrape is the median of 50 scrapes.
func scrape(url string) (time.Duration, error) {
	var took []time.Duration
	for range 50 {
		began := time.Now()
		reply, err := http.Get(url)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, reply.Body)
		reply.Body.Close()
		if err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	return quantile(took, 0.5), nil
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
