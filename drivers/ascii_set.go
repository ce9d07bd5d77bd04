package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Adjustable describes a control of an instrument, for the models that are described in the configuration. What is sent is
// (value - Offset) / Scale in Unit, as [Quantity] has it.
type Adjustable struct {
	Control string  `yaml:"control"` // named as the reading it moves
	Unit    string  `yaml:"unit"`    // as Quantity's; "" = 0 or 1
	Scale   float64 `yaml:"scale"`   // Unit in one of the number that is sent; 0 = 1
	Offset  float64 `yaml:"offset"`  // in Unit
	Min     float64 `yaml:"min"`     // in Unit
	Max     float64 `yaml:"max"`     // in Unit; with min 0 and unit "" 1
	Idle    float64 `yaml:"idle"`    // in Unit: the harmless value
	Hazard  bool    `yaml:"hazard"`  // must be named in controls of the device; always halted
	Halts   bool    `yaml:"halts"`   // a Halt sets it to its idle value
}

// check says what is wrong with a.
func (a Adjustable) check() error {
	var errs []error
	if !quantityName.MatchString(strings.ToLower(a.Control)) {
		errs = append(errs, fmt.Errorf("control: %q; must be letters, digits and _", a.Control))
	}
	if err := checkSpoken(a.Unit); err != nil {
		errs = append(errs, err)
	}
	c := a.control()
	if !(c.Min < c.Max) || c.Idle < c.Min || c.Idle > c.Max {
		errs = append(errs, fmt.Errorf("min, max, idle: %g, %g, %g; must be min < max and idle between them", a.Min, a.Max, a.Idle))
	}
	if a.Unit == "" && (c.Min != 0 || c.Max != 1 || c.Idle != math.Trunc(c.Idle)) {
		errs = append(errs, fmt.Errorf("min, max, idle: %g, %g, %g; without a unit min must be 0, max 1 and idle one of them", a.Min, a.Max, a.Idle))
	}
	return errors.Join(errs...)
}

// control is a in SI.
func (a Adjustable) control() Control {
	u := spokenUnits[a.Unit]
	if a.Unit == "" && a.Min == 0 && a.Max == 0 {
		a.Max = 1
	}
	return Control{Name: a.Control, Unit: u.si, Min: a.Min*u.per + u.zero, Max: a.Max*u.per + u.zero, Idle: a.Idle*u.per + u.zero, Hazard: a.Hazard}
}

// number is what is sent for a value in SI.
func (a Adjustable) number(value float64) float64 {
	u := spokenUnits[a.Unit]
	return ((value-u.zero)/u.per - a.Offset) / scaleOf(a.Scale)
}

// ASCIISet is one control.
type ASCIISet struct {
	Adjustable `yaml:",inline"`
	Send       string `yaml:"send"`   // the request with {value} in it, without start and end
	Digits     int    `yaml:"digits"` // of the value, after the point: 0 to 9
	On         string `yaml:"on"`     // with Off in place of Send: requests of a control without a unit
	Off        string `yaml:"off"`    // the request that switches off
	Answer     string `yaml:"answer"` // pattern of the whole reply that acknowledges; "" = a set is not answered
}

const valueHere = "{value}"

func (s *ASCIISet) check() error {
	err := s.Adjustable.check()
	if _, bad := wholeReply(s.Answer); bad != nil {
		err = errors.Join(err, fmt.Errorf("answer: %w", bad))
	}
	switch {
	case s.Send != "" && s.On == "" && s.Off == "":
		if strings.Count(s.Send, valueHere) != 1 {
			err = errors.Join(err, fmt.Errorf("send: %q; must be a request with %s in it once", s.Send, valueHere))
		}
	case s.Send != "" || s.On == "" || s.Off == "" || s.Unit != "":
		err = errors.Join(err, errors.New("send: must be send alone, or on and off of a control without a unit"))
	}
	if s.Digits < 0 || s.Digits > 9 {
		err = errors.Join(err, fmt.Errorf("digits: %d; must be 0 to 9", s.Digits))
	}
	return err
}

// request is what is sent for a value in SI.
func (s *ASCIISet) request(value float64) string {
	switch {
	case s.Send != "":
		return strings.Replace(s.Send, valueHere, strconv.FormatFloat(s.number(value), 'f', s.Digits, 64), 1)
	case value == 1:
		return s.On
	}
	return s.Off
}

// Controls are its sets.
func (a *ascii) Controls() []Control {
	var controls []Control
	for i := range a.options.Sets {
		controls = append(controls, a.options.Sets[i].control())
	}
	return controls
}

// Set sends the request of a control: "SP {value}" with 1 digit for 25 -> "SP 25.0" 0D.
func (a *ascii) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(a.Controls(), control, value); err != nil {
		return err
	}
	for i := range a.options.Sets {
		if s := &a.options.Sets[i]; s.Control == control {
			return a.send(ctx, s, value)
		}
	}
	return nil
}

func (a *ascii) send(ctx context.Context, s *ASCIISet, value float64) error {
	request := s.request(value)
	if s.Answer == "" {
		return a.line.send(ctx, request)
	}
	reply, err := a.ask(ctx, request)
	if err != nil {
		return err
	}
	if want, err := wholeReply(s.Answer); err != nil || !want.MatchString(reply) {
		return garbled(request, reply, err)
	}
	return nil
}

// Halt sets what is hazardous, or has the option halts, to its idle value.
func (a *ascii) Halt(ctx context.Context) error {
	var steps []step
	for i := range a.options.Sets {
		if s := &a.options.Sets[i]; s.Hazard || s.Halts {
			steps = append(steps, func(ctx context.Context) error { return a.send(ctx, s, s.control().Idle) })
		}
	}
	return halting(ctx, 3, steps...)
}
