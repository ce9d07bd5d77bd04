package drivers

import (
	"context"
	"fmt"
	"hash/fnv"
)

// Somebody at the front panel can change the unit of a gauge controller, and every number after that is wrong by a factor
// of at least 1.33 (torr and mbar). So the unit is asked for again when a pressure has moved by more than unitJump since
// the last Read or one appeared that was missing: after that pressure, which is not told before the unit is known; not after the
// first, before which it was just asked for. And it is asked for after unitReads reads: before the pressures, so that a calm reading
// is told the moment it is there.
//
// A unit is learnt from two equal answers. The reply to that question has no check, and is a digit or a word: one wrong bit makes Pa of
// mbar, and the next answer, which tells, comes up to unitReads reads later.
const (
	unitJump  = 1.25
	unitReads = 10
)

// unitWatch knows which unit a gauge controller is set to, and when to ask again.
type unitWatch struct {
	name  string
	scale float64 // pascals in one unit; 0 = not known

	reads int // since the unit was asked for
	phase int // reads that the first count leaves out
	last  map[Point]float64
}

// newUnitWatch makes the watch of a device. Devices that begin together would all ask at the same read: each begins its count
// at a read that its name gives.
func newUnitWatch(device string) unitWatch {
	h := fnv.New32a()
	_, _ = h.Write([]byte(device)) // never an error
	return unitWatch{phase: int(h.Sum32() % unitReads)}
}

// asking reads the unit from the instrument: its name, and the pascals in one.
type asking func(context.Context) (name string, scale float64, err error)

// forget makes the next Read ask.
func (u *unitWatch) forget() { *u = unitWatch{phase: u.phase} }

// learn asks for the unit, and once more if that is not the one it is known to be.
func (u *unitWatch) learn(ctx context.Context, ask asking) error {
	name, scale, err := ask(ctx)
	if err == nil && (u.scale == 0 || u.name != name) {
		err = repeated(ctx, name, ask)
	}
	if err != nil {
		u.forget()
		return fmt.Errorf("unit: %w", err)
	}
	u.learnt(name, scale)
	return nil
}

// repeated makes sure that the instrument gives an answer again.
func repeated(ctx context.Context, name string, ask asking) error {
	again, _, err := ask(ctx)
	if err == nil && again != name {
		err = fmt.Errorf("%w: it says %s, and then %s", ErrGarbled, name, again)
	}
	return err
}

// learnt notes the unit as just asked for.
func (u *unitWatch) learnt(name string, scale float64) {
	*u = unitWatch{name: name, scale: scale, phase: u.phase, reads: u.phase}
}

// ready asks for the unit, before the pressures are asked for, unless it is known and was asked for not long ago. It
// returns an error wrapping [ErrUnitChanged] if the last readings may have been in another unit.
func (u *unitWatch) ready(ctx context.Context, ask asking) error {
	switch {
	case u.scale == 0:
		return u.learn(ctx, ask)
	case u.due():
		return u.again(ctx, ask)
	}
	return nil
}

// due says whether the unit is to be asked for before the next pressures, and begins a new count if it is.
func (u *unitWatch) due() bool {
	if u.reads < unitReads {
		return false
	}
	u.reads = 0
	return true
}

// confirm checks readings that were made with the unit as it was known, and asks for it again where one of them jumped. It
// returns an error wrapping [ErrUnitChanged] if the readings may be in another unit; then the unit is forgotten.
func (u *unitWatch) confirm(ctx context.Context, readings []Reading, ask asking) error {
	if u.keep(readings) {
		return nil
	}
	return u.again(ctx, ask)
}

// again asks for the unit that is thought to be known.
func (u *unitWatch) again(ctx context.Context, ask asking) error {
	was := u.name
	name, _, err := ask(ctx)
	if err != nil {
		u.forget()
		return fmt.Errorf("unit: %w", err)
	}
	if name != was {
		u.forget()
		return fmt.Errorf("%w from %s to %s", ErrUnitChanged, was, name)
	}
	return nil
}

// keep remembers the pressures and says whether they can be believed without asking. The first after the unit was learnt can.
func (u *unitWatch) keep(readings []Reading) bool {
	first := u.last == nil
	if first {
		u.last = map[Point]float64{}
	}
	u.reads++
	calm := true
	for _, r := range readings {
		if r.Unit != Pascals {
			continue
		}
		key := Point{Channel: r.Channel, Name: r.Name}
		old, known := u.last[key]
		if r.Missing != "" {
			delete(u.last, key)
			continue
		}
		u.last[key] = r.Value
		calm = calm && (first || known && near(old, r.Value))
	}
	return calm
}

// near says whether two pressures are too close to be one pressure in two units.
func near(a, b float64) bool {
	return a == b || a > 0 && b > 0 && max(a, b) <= unitJump*min(a, b)
}
