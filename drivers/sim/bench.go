package sim

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// Options of a bench. The zero value is an ordinary one.
type Options struct {
	Seed  uint64           // of the noise; one seed gives one history of Step
	Now   func() time.Time // nil = time.Now
	Speed float64          // of the physics, relative to the wall clock; 0 = 1
}

// Device is one instrument to put on the bench.
type Device struct {
	Name, Model string
	URL         string            // as configured; devices with one URL (but for the query) share one line
	Options     any               // the driver's option struct: channels, prefix, address
	Pins        map[string]string // a valve's: solenoid, opened, closed, ... -> name of the line
}

// Bench is a simulated extraction line and its instruments.
//
//   - Attach comes before Start, Start before Run. Fault, Step and the pins may be used at any time.
//   - New and Attach do no I/O. Start opens pseudo-terminals and loopback sockets; Run serves them until ctx is done, and
//     closes and removes everything. What Start opened is closed by Run only.
type Bench struct {
	now   func() time.Time
	speed float64

	mu       sync.Mutex // plant, stations' state, pins
	plant    *plant
	stations map[string]*station
	chips    *Chips

	lines []*line
	dir   string
}

// New is an empty bench: a line that was pumped for a day, all valves closed.
func New(o Options) *Bench {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	b := &Bench{now: o.Now, speed: o.Speed, plant: newPlant(o.Seed), stations: map[string]*station{}}
	b.chips = &Chips{bench: b, pins: map[string]*pin{}}
	return b
}

// Attach puts a device on the bench.
func (b *Bench) Attach(d Device) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.attach(d); err != nil {
		return fmt.Errorf("sim: %s: %w", d.Name, err)
	}
	return nil
}

func (b *Bench) attach(d Device) error {
	if _, ok := b.stations[d.Name]; ok {
		return errors.New("attached twice")
	}
	if !Has(d.Model) {
		return fmt.Errorf("no simulated instrument for model %q", d.Model)
	}
	s := &station{name: d.Name, model: d.Model, url: d.URL}
	if pinned[d.Model] {
		s.valve = b.plant.newValve()
		s.pins = b.chips.wire(s.valve, d.Pins)
		b.stations[d.Name] = s
		return nil
	}
	if d.URL == "" {
		return errors.New("no port")
	}
	options, err := read(d.Options)
	if err != nil {
		return err
	}
	options["device"] = d.Name
	s.instrument = instruments[d.Model](b.plant, options)
	l, err := b.lineOf(d.URL)
	if err != nil {
		return err
	}
	if _, ok := s.instrument.(starter); ok {
		if t, ok := l.transport.(*terminal); ok {
			t.watched = true
		}
	}
	s.line = l
	l.stations = append(l.stations, s)
	b.stations[d.Name] = s
	return nil
}

// lineOf is the line of a URL, which may have others on it already.
func (b *Bench) lineOf(address string) (*line, error) {
	key := keyOf(address)
	for _, l := range b.lines {
		if l.key == key {
			return l, nil
		}
	}
	transport, err := transportOf(address)
	if err != nil {
		return nil, err
	}
	l := &line{bench: b, key: key, transport: transport, plugged: true, changed: make(chan struct{})}
	b.lines = append(b.lines, l)
	return l, nil
}

// keyOf a line: its URL without settings. A line may be named by its USB identity, which is in the query.
func keyOf(address string) string {
	key, query, _ := strings.Cut(address, "?")
	if settings, err := url.ParseQuery(query); err == nil && key == "serial://" {
		key += settings.Get("vid") + ":" + settings.Get("pid") + ":" + settings.Get("serial")
	}
	return key
}

// Start opens the lines, and returns for each device that has one the URL it is now to be found at.
func (b *Bench) Start(context.Context) (map[string]string, error) {
	dir, err := os.MkdirTemp("", "pychron-edge-sim-")
	if err != nil {
		return nil, fmt.Errorf("sim: %w", err)
	}
	b.dir = dir
	urls := map[string]string{}
	for i, l := range b.lines {
		if err := l.open(dir, i); err != nil {
			b.close()
			return nil, fmt.Errorf("sim: opening a line for %s: %w", l.key, err)
		}
		for _, s := range l.stations {
			urls[s.name] = l.address(s.url)
		}
	}
	return urls, nil
}

func (b *Bench) close() {
	for _, l := range b.lines {
		l.end()
	}
	os.RemoveAll(b.dir)
}

// tick is the step of the physics while running.
const tick = 20 * time.Millisecond

// Run serves the lines and moves the physics on until ctx is done.
func (b *Bench) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, l := range b.lines {
		all.Go(func() { l.serve(ctx, &all) })
	}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := b.now()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-ticker.C:
			now := b.now()
			b.Step(min(now.Sub(last), time.Second))
			last = now
		}
	}
	b.close()
	all.Wait()
	return ctx.Err()
}

// Step moves the physics on by dt of wall time, and sends the lines that come from instruments unasked.
func (b *Bench) Step(dt time.Duration) {
	b.mu.Lock()
	b.plant.step(time.Duration(float64(dt) * b.speed))
	b.chips.follow()
	var unasked []message
	for _, l := range b.lines {
		unasked = l.listen(unasked)
	}
	b.mu.Unlock()
	for _, m := range unasked {
		m.line.send(m.text)
	}
}

// message is a line that comes from an instrument unasked.
type message struct {
	line *line
	text []byte
}
