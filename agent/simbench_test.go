package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/config"
)

// simWeather is what happens to the exchanges on a line.
type simWeather int

const (
	fair         simWeather = iota
	loseRequests            // some requests do not reach the instrument
	loseReplies             // some answers do not reach the agent
	delayReplies            // some answers come after the deadline
	silent                  // nothing gets through
	unplugged               // the adapter is gone
)

// simLine is a line with one simulated instrument. It outlives the agents.
type simLine struct {
	world  *simWorld
	device string
	chance *rand.Rand

	// Below world.mu.
	weather simWeather
	fairAt  time.Time // since when it is fair
	frames  int
	bursts  int       // how often it was told to switch on
	lastOn  time.Time // when a frame last told it to
	enabled float64   // enabled, as it was told last
}

// take is one request from an agent: it reaches the instrument, or not, and is answered, late, or not.
func (l *simLine) take(a *simAgent, peer *drivertest.Peer, request []byte) {
	w := l.world
	w.mu.Lock()
	l.frames++
	frame, weather, unlucky := l.frames, l.weather, l.chance.IntN(3) == 0
	before, dies := l.chance.IntN(2) == 0, w.dieAtFrame[l.device] == frame
	w.mu.Unlock()
	if dies {
		if before {
			a.die()
		} else {
			defer a.die()
		}
	}
	if a.dead.Load() {
		return
	}
	l.noteOn(request)
	if weather == silent || weather == loseRequests && unlucky {
		return
	}
	reply := string(w.bench.Answer(l.device, request))
	l.note(request, reply)
	if l.device == "ion1" {
		reply = w.pressureIn(reply)
	}
	after := 4*time.Millisecond + time.Duration(len(request)+len(reply))*1042*time.Microsecond
	switch {
	case weather == loseReplies && unlucky:
		return
	case weather == delayReplies && unlucky:
		after += 250 * time.Millisecond
	}
	time.AfterFunc(after, func() { peer.Send(reply) })
}

// switches says whether a request switches the laser on (1) or off (0); -1 for what does neither.
func (l *simLine) switches(request []byte) float64 {
	text := string(request)
	switch {
	case l.device == "co2" && strings.HasSuffix(text, "ENBL 1\r"), l.device == "synrad" && strings.HasPrefix(text, "\x5b\x75"):
		return 1
	case l.device == "co2" && strings.HasSuffix(text, "ENBL 0\r"), l.device == "synrad" && strings.HasPrefix(text, "\x5b\x76"):
		return 0
	}
	return -1
}

// noteOn counts how often the agents switch the laser on. The Fusions driver repeats ENBL 1 until it is acknowledged: these are one.
func (l *simLine) noteOn(request []byte) {
	l.world.mu.Lock()
	defer l.world.mu.Unlock()
	now := time.Now()
	switch l.switches(request) {
	case 1:
		if l.device != "co2" || l.enabled == 0 || now.Sub(l.lastOn) > 600*time.Millisecond {
			l.bursts++
			l.world.moves = append(l.world.moves, simMove{l.device, now})
		}
		l.enabled, l.lastOn = 1, now
	case 0:
		l.enabled = 0
	}
}

// note keeps what the instrument is now, by what it acknowledged.
func (l *simLine) note(request []byte, reply string) {
	if l.device == "synrad" && reply != "\xaa" || l.device == "co2" && reply != "OK\r" {
		return
	}
	if on := l.switches(request); on >= 0 {
		l.world.become(l.device+".enabled", on)
		return
	}
	if _, duty, ok := strings.Cut(string(request), "PDC "); ok && l.device == "co2" {
		var percent float64
		fmt.Sscan(duty, &percent)
		l.world.become("co2.power", math.Round(percent/0.02)*0.02)
	}
	if l.device == "synrad" && strings.HasPrefix(string(request), "\x5b\x7f") {
		l.world.become("synrad.power", float64(request[2])/2)
	}
}

// setWeather changes what happens on the line.
func (l *simLine) setWeather(to simWeather) {
	w := l.world
	w.mu.Lock()
	from := l.weather
	l.weather = to
	if to == fair && from != fair {
		l.fairAt = time.Now()
	}
	w.mu.Unlock()
	if peer := w.agent.peers[l.device]; peer != nil {
		switch {
		case to == unplugged:
			peer.Unplug()
		case from == unplugged && !w.agent.dead.Load():
			peer.Plug()
		}
	}
}

var pressureReply = regexp.MustCompile(`\d,[+-]?\d\.\d+E[+-]\d+`)

// pressureIn puts the pressure of this world into an answer of the gauge.
func (w *simWorld) pressureIn(reply string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return pressureReply.ReplaceAllString(reply, w.pressure)
}

// newSimBench is the bench with the instruments of a plan.
func newSimBench(t *testing.T, p *config.Plan, seed uint64) *sim.Bench {
	b := sim.New(sim.Options{Seed: seed})
	for _, d := range p.Devices {
		pins := map[string]string{}
		for name, pin := range d.Wiring {
			pins[name] = pin.Line
		}
		if err := b.Attach(sim.Device{Name: d.Name, Model: d.Model.Name, URL: d.Port, Options: d.Decoded, Pins: pins}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// simChips are the pins as one agent sees them: after its death nothing it does reaches them.
type simChips struct{ agent *simAgent }

func (c simChips) In(p drivers.Pin) (gpio.PinIn, error) { return c.agent.world.bench.Chips().In(p) }

func (c simChips) Out(p drivers.Pin) (gpio.PinOut, error) {
	if c.agent.dead.Load() {
		return nil, errSimDead
	}
	out, err := c.agent.world.bench.Chips().Out(p)
	if err != nil {
		return nil, err
	}
	o, ok := out.(drivers.Output)
	if !ok {
		return nil, errors.New("an output of the bench does not know its level")
	}
	return simOutput{o, c.agent, p.Line}, nil
}

func (c simChips) Close() error { return nil }

// simOutput is the coil of a valve.
type simOutput struct {
	drivers.Output
	agent *simAgent
	line  string
}

func (o simOutput) Out(l gpio.Level) error {
	if o.agent.dead.Load() {
		return errSimDead
	}
	if valve, coil := strings.CutSuffix(o.line, "_coil"); coil && l == gpio.High && o.Driven() == gpio.Low {
		o.agent.world.moved(valve)
	}
	return o.Output.Out(l)
}
