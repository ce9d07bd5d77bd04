package rules

import (
	"fmt"

	"pychron-edge/buffer"
)

// Pipette is two valves that never open together.
type Pipette struct {
	Name         string
	Inner, Outer string  // as the configuration names them
	Depletion    float64 // fraction of the gas a shot takes, 0 to below 1
	In, Out      Ref
}

// pipettesAllow refuses to open one valve of a pipette while the other is not closed.
func pipettesAllow(pipettes []*Pipette, s Situation, m Move) error {
	for _, pp := range pipettes {
		other, is := pp.other(m.Ref)
		if !is {
			continue
		}
		if state := s.Valve(other); !state.closedFor(m) {
			return fmt.Errorf("pipette %s: %s must be verified closed before %s and is %s: %w", pp.Name, other, m.Ref, state, buffer.ErrConflict)
		}
	}
	return nil
}

// other is the pipette's other valve; is says whether v is one of its valves.
func (p *Pipette) other(v Ref) (other Ref, is bool) {
	switch v {
	case p.In:
		return p.Out, true
	case p.Out:
		return p.In, true
	}
	return Ref{}, false
}

// PipetteCount counts a pipette's shots as Pychron does: the inner valve opened, then the outer opened.
type PipetteCount struct {
	Shots     uint64 `json:"shots"`
	Loaded    bool   `json:"loaded"`    // the inner valve was opened since the last shot
	Uncertain uint64 `json:"uncertain"` // shots nobody knows whether they were taken: Shots to Shots + Uncertain were
	Suspect   bool   `json:"suspect"`   // the last of them may still be seen to be taken
	Half      bool   `json:"half"`      // the inner valve was told to open and may have
}

// Opened is the count after valve v of the pipette was seen to open. It changes nothing for other valves.
func (p *Pipette) Opened(c PipetteCount, v Ref) PipetteCount {
	switch {
	case v == p.In:
		c.Loaded, c.Half, c.Suspect = true, false, false
	case v == p.Out && c.Loaded:
		if c.Suspect {
			c.Uncertain--
		}
		c.Loaded, c.Suspect = false, false
		c.Shots++
	case v == p.Out && c.Half:
		c.Half = false
		c.Uncertain++
	}
	return c
}

// Failed is the count after valve v of the pipette was told to open, and nobody knows whether it did.
func (p *Pipette) Failed(c PipetteCount, v Ref) PipetteCount {
	switch {
	case v == p.In:
		c.Half = !c.Loaded
	case v == p.Out && c.Loaded && !c.Suspect:
		c.Suspect = true
		c.Uncertain++
	case v == p.Out && c.Half:
		c.Half = false
		c.Uncertain++
	}
	return c
}

// CutShort is the count after a time in which nobody looked: a shot that was begun was taken, or was not.
func (c PipetteCount) CutShort() PipetteCount {
	if c.Half || c.Loaded && !c.Suspect {
		c.Uncertain++
	}
	c.Loaded, c.Half, c.Suspect = false, false, false
	return c
}

// Gas is the fraction of the first shot's gas that the next shot brings: each shot takes Depletion of what is left.
func (p *Pipette) Gas(shots uint64) float64 {
	left := 1.0
	for range min(shots, 1<<20) {
		left *= 1 - p.Depletion
	}
	return left
}
