package drivers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ASCIIUnit is how an instrument is asked which unit it is set to. A reading with `unit: asked` is in that unit.
type ASCIIUnit struct {
	Send  Wire              `yaml:"send"`  // what is sent
	Match string            `yaml:"match"` // pattern of the whole reply, its group is the unit; "" = all of it
	Units map[string]string `yaml:"units"` // what it answers, and which unit that is: {"0": mbar, "1": torr}
}

// askedUnit is the unit of a reading that the instrument is asked for.
const askedUnit = "asked"

// common is one of the units: all are converted to the same.
func (u *ASCIIUnit) common() string {
	for _, answer := range slices.Sorted(maps.Keys(u.Units)) {
		return u.Units[answer]
	}
	return ""
}

func (u *ASCIIUnit) check() error {
	if u == nil {
		return nil
	}
	var errs []error
	if p, err := wholeReply(u.pattern()); err != nil {
		errs = append(errs, fmt.Errorf("ask_unit: match: %w", err))
	} else if p.NumSubexp() != 1 {
		errs = append(errs, fmt.Errorf("ask_unit: match: %q; must have one group", u.Match))
	}
	if u.Send == "" || len(u.Units) == 0 {
		errs = append(errs, errors.New("ask_unit: must have send, and units with one answer or more"))
	}
	for _, answer := range slices.Sorted(maps.Keys(u.Units)) {
		unit := u.Units[answer]
		if err := checkSpoken(unit); err != nil || unit == "" {
			errs = append(errs, fmt.Errorf("ask_unit: units: %s: %q; must be %s", answer, unit, cmp.Or(spelling(unit), "a unit")))
		} else if spokenUnits[unit].si != spokenUnits[u.common()].si {
			errs = append(errs, fmt.Errorf("ask_unit: units: %s and %s; must be of one quantity", u.common(), unit))
		}
	}
	return errors.Join(errs...)
}

func (u *ASCIIUnit) pattern() string {
	if u.Match == "" {
		return "(.*)"
	}
	return u.Match
}

// askUnit asks the instrument for its unit.
func (a *ascii) askUnit(ctx context.Context) (string, spokenUnit, error) {
	ask := a.options.AskUnit
	reply, err := a.ask(ctx, string(ask.Send), 0)
	if err != nil {
		return "", spokenUnit{}, fmt.Errorf("unit: %w", err)
	}
	pattern, err := wholeReply(ask.pattern())
	if err != nil {
		return "", spokenUnit{}, err
	}
	part := pattern.FindStringSubmatch(reply)
	if part == nil {
		return "", spokenUnit{}, garbled(string(ask.Send), reply, oddUnit(reply))
	}
	for answer, unit := range ask.Units {
		if folded(answer) == folded(part[1]) {
			return unit, spokenUnits[unit], nil
		}
	}
	return "", spokenUnit{}, garbled(string(ask.Send), reply, oddUnit(reply))
}

// oddUnit is why a reply is no unit. One that is text concerns the readings in that unit alone.
func oddUnit(reply string) error {
	if isWord(reply) {
		return fmt.Errorf("%w: no unit that is known", errUnclear)
	}
	return errors.New("no unit that is known")
}

// knowUnit asks for the unit where it is not known, or is to be asked for again before pressures. An instrument that does not say
// which it is has no readings in it; its others stay.
func (a *ascii) knowUnit(ctx context.Context) error {
	switch {
	case a.options.AskUnit == nil:
		return nil
	case a.unit.per == 0:
		return besideUnit(a.learnUnit(ctx))
	case a.watch.due():
		return a.sameUnit(ctx)
	}
	return nil
}

// besideUnit is err, nil where it concerns the unit alone.
func besideUnit(err error) error {
	if errors.Is(err, ErrRefused) || errors.Is(err, errUnclear) {
		return nil
	}
	return err
}

// learnUnit asks for the unit, and once more if that is not the one it is known to be, as [unitWatch.learn].
func (a *ascii) learnUnit(ctx context.Context) error {
	was := a.spoken
	a.unit, a.spoken = spokenUnit{}, ""
	name, u, err := a.askUnit(ctx)
	if err == nil && name != was {
		err = repeated(ctx, name, func(ctx context.Context) (string, float64, error) {
			again, u, err := a.askUnit(ctx)
			return again, u.per, err
		})
	}
	if err == nil {
		a.spoken, a.unit = name, u
		a.watch.learnt(name, u.per)
	}
	return err
}

// believed asks for the unit after readings were taken, where they may be in another one: they are not believed then. A pressure that
// did not jump is in the same; of other quantities, such as a temperature, whose units are closer to each other, nothing but the
// instrument itself tells.
func (a *ascii) believed(ctx context.Context, readings []Reading) error {
	ask := a.options.AskUnit
	if ask == nil || a.unit.per == 0 || spokenUnits[ask.common()].si == Pascals && a.watch.keep(readings) {
		return nil
	}
	return a.sameUnit(ctx)
}

// sameUnit asks for the unit that is thought to be known: ErrUnitChanged if it is another one.
func (a *ascii) sameUnit(ctx context.Context) error {
	name, _, err := a.askUnit(ctx)
	if err == nil && name == a.spoken {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%w from %s to %s", ErrUnitChanged, a.spoken, name)
	}
	a.unit, a.spoken = spokenUnit{}, ""
	a.watch.forget()
	return err
}

// ReadsFirst is [ReadsFirst.ReadsFirst]: what is sent at startup may be what makes it answer.
func (a *ascii) ReadsFirst() bool { return len(a.options.Startup) == 0 }

// Forget implements [Forgetter].
func (a *ascii) Forget() {
	a.unit, a.spoken = spokenUnit{}, ""
	a.watch.forget()
	clear(a.heard)
}
