// Package probe asks on one port which instrument hangs there: it sends what identifies the models whose settings fit, and prints the
// block of the configuration for each that answered.
//
// It says beforehand what it will send, and nothing else leaves: the requests are those that each driver makes of its simulated
// instrument when it identifies it. It opens no port on which a valve, a laser or a motor is configured, none that somebody holds, and none
// behind an adapter that may reset its board. Which instrument it is, people decide.
package probe

import (
	"context"
	"errors"
	"fmt"
	"io"

	"pychron-edge/drivers/line"
)

// Request is what is asked for.
type Request struct {
	Port     string   // a URL or a path
	Models   []string // to try; empty = all that identify themselves and whose settings fit
	File     string   // the configuration whose ports are known
	Missing  bool     // the file need not be there
	MayReset bool     // the adapter may reset its board when the port is opened
	Dry      bool     // say what would be sent, and send nothing
}

// Found is a model that answered.
type Found struct {
	Model, Identity, Block string
}

// Run probes, and says on out what it does and what answered. The error says why it could not.
func Run(ctx context.Context, r Request, out io.Writer) ([]Found, error) {
	return run(ctx, r, out, line.Options{})
}

// run is Run on lines that are opened as o says.
func run(ctx context.Context, r Request, out io.Writer, o line.Options) ([]Found, error) {
	p, err := placeOf(r.Port)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(p.refuseConfigured(r), p.refuseReset(r.MayReset), p.refuseHeld()); err != nil {
		return nil, err
	}
	groups, err := p.candidates(r.Models)
	if err != nil {
		return nil, err
	}
	announce(out, p, groups)
	if r.Dry {
		return nil, nil
	}
	var found []Found
	for _, g := range groups {
		some, err := g.ask(ctx, out, o)
		found = append(found, some...)
		if err != nil {
			return found, err
		}
	}
	return found, report(out, p, found)
}

// report prints the blocks. All but the first are comments: one port has one instrument of them.
func report(out io.Writer, p *place, found []Found) error {
	if len(found) == 0 {
		_, err := fmt.Fprintf(out, "nothing that was asked answered on %s. It may be off, at other settings, or a model that does not say what it is: -models names it\n", p.address)
		return err
	}
	if len(found) > 1 {
		fmt.Fprintf(out, "%d models are answered on %s; which it is, you decide.\n", len(found), p.address)
	}
	for n, f := range found {
		if _, err := fmt.Fprintf(out, "\n# %s answered: %s\n%s", f.Model, f.Identity, commented(f.Block, n > 0)); err != nil {
			return err
		}
	}
	return nil
}
