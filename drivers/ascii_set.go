package drivers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// ASCIISet is one control.
type ASCIISet struct {
	Adjustable `yaml:",inline"`
	Select     Wire   `yaml:"select"`   // request before it, as of a read
	Selected   string `yaml:"selected"` // its answer, as of a read
	Send       Wire   `yaml:"send"`     // the request with {value} in it, without start and end
	As         string `yaml:"as"`       // how the value is written; "" = decimal (see numberForms)
	Digits     int    `yaml:"digits"`   // of a decimal value, after the point: 0 to 9
	Exponent   bool   `yaml:"exponent"` // of a decimal value: 1.50E-03
	Width      int    `yaml:"width"`    // characters, padded with zeros, or bytes of the value; 0 = as many as decimal text needs
	On         Wire   `yaml:"on"`       // with Off in place of Send: requests of a control without a unit
	Off        Wire   `yaml:"off"`      // what is sent for 0
	Answer     string `yaml:"answer"`   // pattern of the whole reply that acknowledges; "" = a set is not answered
}

const valueHere = "{value}"

func (o *ASCIIOptions) checkSet(s ASCIISet) error {
	err := errors.Join(s.Adjustable.check(), s.checkReadBack(o.Points()))
	for what, pattern := range map[string]string{"answer": s.Answer, "selected": s.Selected} {
		if _, bad := wholeReply(pattern); bad != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", what, bad))
		}
	}
	switch {
	case s.Send != "" && s.On == "" && s.Off == "":
		if strings.Count(string(s.Send), valueHere) != 1 {
			err = errors.Join(err, fmt.Errorf("send: %q; must be a request with %s in it once", s.Send, valueHere))
		}
	case s.Send != "" || s.On == "" || s.Off == "" || s.Unit != "":
		err = errors.Join(err, errors.New("send: must be send alone, or on and off of a control without a unit"))
	}
	return errors.Join(err, s.checkForm())
}

// checkForm looks whether every value of the range can be written.
func (s *ASCIISet) checkForm() error {
	switch {
	case s.Digits < 0 || s.Digits > 9:
		return fmt.Errorf("digits: %d; must be 0 to 9", s.Digits)
	case !slices.Contains(numberForms, s.As):
		return fmt.Errorf("as: %q; must be one of %s", s.As, strings.Join(numberForms[1:], ", "))
	case s.Width < 0 || s.Width > 32 || s.As != "" && s.Width == 0 || !isText(s.As) && s.Width > 8 || strings.HasPrefix(s.As, "float") && s.Width != 4 && s.Width != 8:
		return fmt.Errorf("width: %d; must be digits or bytes of %s: 1 to 8 of binary, 4 or 8 of float, at most 32 of text", s.Width, s.As)
	case s.As == "hex_float" && s.Width != 8 && s.Width != 16:
		return fmt.Errorf("width: %d; must be 8 or 16 digits of hex_float", s.Width)
	case strings.HasPrefix(s.As, "hex") && s.Width > 16:
		return fmt.Errorf("width: %d; must be at most 16 hexadecimal digits", s.Width)
	}
	for _, v := range []float64{s.control().Min, s.control().Max} {
		if _, err := s.request(v); err != nil {
			return fmt.Errorf("min, max: %w", err)
		}
	}
	return nil
}

// request is what is sent for a value in SI.
func (s *ASCIISet) request(value float64) (string, error) {
	before, after, ok := strings.Cut(string(s.Send), valueHere)
	switch {
	case ok:
		text, err := appendNumber([]byte(before), s.number(value), s.As, s.Width, s.Digits, s.Exponent)
		return string(text) + after, err
	case value == 1:
		return string(s.On), nil
	}
	return string(s.Off), nil
}

// Controls are its sets.
func (a *ascii) Controls() []Control {
	var controls []Control
	for i := range a.options.Sets {
		s := &a.options.Sets[i]
		c := s.control()
		c.Resolution = s.resolution(s.quantum())
		controls = append(controls, c)
	}
	return controls
}

// quantum is what the numbers of a set are rounded to, 0 where that is not the same for all.
func (s *ASCIISet) quantum() float64 {
	switch {
	case s.Exponent || strings.Contains(s.As, "float"):
		return 0
	case s.As == "":
		return math.Pow10(-s.Digits)
	}
	return 1
}

// Set sends the request of a control: "SP {value}" with 1 digit for 25 -> "SP 25.0" 0D. A laser that could not be enabled is halted.
func (a *ascii) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(a.Controls(), control, value); err != nil {
		return err
	}
	for i := range a.options.Sets {
		s := &a.options.Sets[i]
		if s.Control != control {
			continue
		}
		send := func(ctx context.Context) error { return a.sends(ctx, s, value) }
		if a.options.MaxOn > 0 && s.Control == "enabled" && value != s.control().Idle {
			return enableOrHalt(ctx, send, a.Halt)
		}
		return send(ctx)
	}
	return nil
}

// sends sets a control, and reads it back where a tolerance says so.
func (a *ascii) sends(ctx context.Context, s *ASCIISet, value float64) error {
	if err := a.send(ctx, s, value); err != nil || s.Tolerance == 0 {
		return err
	}
	for n := range a.requests {
		q := &a.requests[n]
		for i := range q.reads {
			if q.reads[i].point().Point() != s.Control {
				continue
			}
			readings, _, err := a.read(ctx, q)
			if err != nil {
				return fmt.Errorf("%s: reading back: %w", s.Control, err)
			}
			return s.verify(value, readings[i])
		}
	}
	return nil
}

func (a *ascii) send(ctx context.Context, s *ASCIISet, value float64) error {
	request, err := s.request(value)
	if err != nil {
		return err
	}
	if s.Select == "" {
		return a.does(ctx, request, s.Answer)
	}
	return a.port.Hold(ctx, func(port Port) error {
		held := *a // the same instrument on the line that is held
		held.port = port
		if err := held.does(ctx, string(s.Select), s.Selected); err != nil {
			return err
		}
		return held.does(ctx, request, s.Answer)
	})
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

// Unproven are the controls whose sets are neither acknowledged nor read back.
func (o *ASCIIOptions) Unproven() (names []string) {
	for _, s := range o.Sets {
		if s.Answer == "" && s.Tolerance == 0 && !s.Pulse {
			names = append(names, s.Control)
		}
	}
	return names
}

// Adjustables are the controls as they are described.
func (o *ASCIIOptions) Adjustables() (all []Adjustable) {
	for _, s := range o.Sets {
		all = append(all, s.Adjustable)
	}
	return all
}
