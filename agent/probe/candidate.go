package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/config"
	"pychron-edge/agent/initial"
	"pychron-edge/agent/reference"
)

// candidate is a model that may hang on the port.
type candidate struct {
	plan     *config.DevicePlan
	block    string
	requests []string // all that it may send, in the order of its simulated instrument's dialogue
	reads    bool     // it does not say what it is: it is read
}

// group are the candidates of one setting of the port.
type group struct {
	address    line.Address
	candidates []*candidate
}

// sets are models that set something when they identify their instrument.
var sets = map[string]string{"mdrive": "EM 2, which changes how it echoes", "ngx": "a login"}

// candidates are the models that are tried, by settings: those that are named, else all that say what they are, move nothing, and are on a
// line as the port is.
func (p *place) candidates(named []string) ([]*group, error) {
	names := named
	if len(names) == 0 {
		if p.address.Scheme != "serial" {
			return nil, fmt.Errorf("%s: its settings are not known here; -models must name what may hang there", p.address)
		}
		for _, m := range reference.Models() {
			names = append(names, m.Name)
		}
	}
	var groups []*group
	for _, name := range names {
		c, err := p.candidate(strings.TrimSpace(name), len(named) > 0)
		if err != nil && len(named) > 0 {
			return nil, err
		}
		if err == nil {
			groups = add(groups, c)
		}
	}
	if len(groups) == 0 {
		return nil, fmt.Errorf("no model that says what it is has the settings of %s; must be others, or -models", p.url)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return baud(a.address.Line) - baud(b.address.Line) })
	return groups, nil
}

// add puts a candidate to those with its settings.
func add(groups []*group, c *candidate) []*group {
	for _, g := range groups {
		if g.address.Same(c.plan.Line) {
			g.candidates = append(g.candidates, c)
			return groups
		}
	}
	return append(groups, &group{c.plan.Line, []*candidate{c}})
}

// candidate is one model on the port. A model that was named takes the settings that were given; another must have them.
func (p *place) candidate(name string, named bool) (*candidate, error) {
	m, err := reference.Find(name)
	if err != nil {
		return nil, err
	}
	at := p.url
	if p.query != "" && named {
		at = withQuery(at, p.query)
	} else if p.address.Node != "" {
		at = strings.TrimPrefix(at, "serial://") // with the settings of the model's example
	}
	block := initial.Block(reference.DeviceName(m.Name)+"1", m.Name, at)
	plan, _, err := config.PlanOf("probe", []byte("agent: {name: probe}\ndevices:\n"+block))
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", name, at, err)
	}
	c := &candidate{plan: plan.Devices[0], block: block}
	if err := c.fits(p, named); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.rehearse(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if c.reads && !named {
		return nil, fmt.Errorf("%s does not say what it is: it is tried where it is named", name)
	}
	return c, nil
}

// fits says why a model is not tried.
func (c *candidate) fits(p *place, named bool) error {
	m := c.plan.Model
	if why, ok := sets[m.Name]; ok {
		return fmt.Errorf("identifying it would send %s; it is not probed", why)
	}
	if o, ok := c.plan.Decoded.(*drivers.ASCIIOptions); ok && len(o.Startup) > 0 {
		return errors.New("its startup would set it; it is not probed")
	}
	if c.plan.Port == "" || c.plan.Line.Scheme != p.address.Scheme {
		return fmt.Errorf("it is not on a port as %s", p.address)
	}
	if named {
		return nil
	}
	if own := initial.Block(c.plan.Name, m.Name, ""); strings.Contains(own, "port: tcp:") || strings.Contains(own, "port: udp:") {
		return errors.New("it is on a network")
	}
	given, err := line.ParseAddress(withQuery(p.url, p.query), c.plan.Line.Line)
	switch {
	case err != nil:
		return err
	case !given.Same(c.plan.Line):
		return errors.New("its settings are others")
	case moves(c.plan) != "" || m.Name == "ascii" || m.Name == "modbus":
		return errors.New("it is tried where it is named")
	}
	return nil
}

func withQuery(url, query string) string {
	if query == "" || strings.Contains(url, "?") {
		return url
	}
	return url + "?" + query
}

// rehearse has the driver identify its simulated instrument, and a line on which nobody answers, and notes what it sends.
func (c *candidate) rehearse() error {
	m := c.plan.Model
	bench := sim.New(sim.Options{})
	if err := bench.Attach(sim.Device{Name: c.plan.Name, Model: cmp.Or(m.Described, m.Name), URL: c.plan.Port, Options: c.plan.Decoded}); err != nil {
		return err
	}
	bench.Step(5 * time.Second) // what boots has booted
	answers := func(request []byte) []byte { return bench.Answer(c.plan.Name, request) }
	for _, answer := range []func([]byte) []byte{answers, func([]byte) []byte { return nil }} {
		wire := &rehearsal{answer: answer}
		device, err := m.Open(drivers.Wires{Port: wire, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}, c.plan.Decoded)
		if err != nil {
			return err
		}
		_, c.reads, _ = c.identity(context.Background(), device)
		for _, request := range wire.sent {
			if !slices.Contains(c.requests, request) {
				c.requests = append(c.requests, request)
			}
		}
	}
	if len(c.requests) == 0 {
		return errors.New("it has nothing to be asked")
	}
	return nil
}
