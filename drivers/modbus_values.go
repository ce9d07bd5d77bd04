package drivers

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// inOrder is the bytes of registers, the highest first. order is abcd (also ""), cdab, badc or dcba.
func inOrder(words []uint16, order string) []byte {
	words = slices.Clone(words)
	if order == "cdab" || order == "dcba" {
		slices.Reverse(words)
	}
	var b []byte
	for _, w := range words {
		if order == "badc" || order == "dcba" {
			w = w<<8 | w>>8
		}
		b = binary.BigEndian.AppendUint16(b, w)
	}
	return b
}

// wordsInOrder is the opposite of inOrder.
func wordsInOrder(b []byte, order string) []uint16 {
	words := make([]uint16, len(b)/2)
	for i := range words {
		words[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	ordered := inOrder(words, order)
	for i := range words {
		words[i] = binary.BigEndian.Uint16(ordered[2*i:])
	}
	return words
}

// orderOf is an order, or what the unit says of it.
func orderOf(order string, lowWordFirst bool) string {
	if order == "" && lowWordFirst {
		return "cdab"
	}
	return order
}

// textOf is text in registers, without what fills it up.
func textOf(b []byte) string {
	text, _, _ := strings.Cut(charactersOf(b), "\x00")
	return strings.TrimSpace(text)
}

// reading is r in its registers. What is no measurement is missing, and why.
func (u *modbusUnit) reading(r *ModbusRead, words []uint16) Reading {
	order := orderOf(r.Order, u.options.LowWordFirst)
	if r.Type == "text" {
		return r.ofText(textOf(inOrder(words, r.Order)))
	}
	if r.bits() {
		return r.ofNumber(float64(words[0]), words)
	}
	if r.Type == "bit" {
		return r.ofNumber(float64(binary.BigEndian.Uint16(inOrder(words, order))>>r.Bit&1), words)
	}
	form, raw := modbusTypes[r.Type].form, inOrder(words, order)
	n, err := numberOf(form, raw, false)
	if r.Mask > 0 {
		n, err = maskedOf(form, raw, false, r.Mask)
	}
	switch {
	case errors.Is(err, errIsNaN):
		if p, ok := r.word("nan"); ok {
			return r.means(p, words)
		}
		return r.missing(err.Error())
	case err != nil:
		return r.missing(fmt.Sprintf("no measurement: %04X (%v)", words, err))
	}
	return r.ofNumber(n, words)
}

// ofNumber is the reading of a number as it stands in the registers.
func (r *ModbusRead) ofNumber(n float64, words []uint16) Reading {
	for word := range r.Words {
		if w, err := number(word); err == nil && (w == n || r.Type == "float32" && float64(float32(w)) == n) {
			if p, ok := r.word(word); ok {
				return r.means(p, words)
			}
		}
	}
	return r.means(phrase{number: n}, words)
}

// ofText is the reading of a text: of a state, or of a word.
func (r *ModbusRead) ofText(text string) Reading {
	if n, ok := r.point().States.Value(text); ok {
		return r.means(phrase{number: (n - r.Offset) / scaleOf(r.Scale)}, nil)
	}
	for word := range r.Words {
		if folded(word) == folded(text) {
			if p, ok := r.word(word); ok {
				return r.means(p, nil)
			}
		}
	}
	return r.missing(fmt.Sprintf("not understood: %.40q", text))
}

// word is what a word means.
func (r *ModbusRead) word(word string) (phrase, bool) {
	for w, text := range r.Words {
		if strings.EqualFold(w, word) {
			p, err := parsePhrase(text)
			return p, err == nil
		}
	}
	return phrase{}, false
}

// means is the reading that a phrase says.
func (r *ModbusRead) means(p phrase, words []uint16) Reading {
	if p.missing != "" {
		return r.missing(p.missing)
	}
	reading, err := r.Quantity.reading(p.number, p.bound)
	if err != nil {
		return r.missing(fmt.Sprintf("not understood: %04X (%v)", words, err))
	}
	return reading
}

// Controls are its sets.
func (u *modbusUnit) Controls() []Control {
	var controls []Control
	for i := range u.options.Sets {
		s := &u.options.Sets[i]
		c := s.control()
		c.Resolution = s.resolution(flag(modbusTypes[s.Type].form != "float"))
		controls = append(controls, c)
	}
	return controls
}

// Set writes the register of a control, and reads it back where a tolerance says so. A laser that could not be enabled is halted.
// Register 2 = 500 is
//
//	01 06 00 02 01 F4 28 1D -> the same
func (u *modbusUnit) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(u.Controls(), control, value); err != nil {
		return err
	}
	for i := range u.options.Sets {
		s := &u.options.Sets[i]
		if s.Control != control {
			continue
		}
		send := func(ctx context.Context) error {
			if err := u.send(ctx, s, value); err != nil {
				return err
			}
			return u.readBack(ctx, s, value)
		}
		if u.options.MaxOn > 0 && s.Control == "enabled" && value != s.control().Idle {
			return enableOrHalt(ctx, send, u.Halt)
		}
		return send(ctx)
	}
	return nil
}

// readBack makes sure that a control is where it was set, where a tolerance says so.
func (u *modbusUnit) readBack(ctx context.Context, s *ModbusSet, value float64) error {
	i := pointNamed(u.options.Points(), s.Control)
	if s.Tolerance == 0 || i < 0 {
		return nil
	}
	r := &u.options.Reads[i]
	words, err := u.words(ctx, modbusRequest{function: r.function(), first: r.Register, count: r.registers()})
	if err != nil {
		return fmt.Errorf("%s: reading back: %w", s.Control, err)
	}
	return s.verify(value, u.reading(r, words))
}

// registers are what a value in SI is written as, rounded to what they hold.
func (s *ModbusSet) registers(value float64, lowWordFirst bool) ([]uint16, error) {
	t := modbusTypes[s.Type]
	b, err := appendNumber(nil, s.number(value), t.form, 2*t.words, 0, false)
	return wordsInOrder(b, orderOf(s.Order, lowWordFirst)), err
}

// send writes a value in SI.
func (u *modbusUnit) send(ctx context.Context, s *ModbusSet, value float64) error {
	register := uint16(s.Register)
	if s.Function == writeCoil {
		return u.writeBit(ctx, register, value == 1)
	}
	words, err := s.registers(value, u.options.LowWordFirst)
	switch {
	case err != nil:
		return err
	case len(words) == 1 && s.Function != writeMany:
		return u.write(ctx, register, words[0])
	}
	return u.writeAll(ctx, register, words...)
}

// Adjustables are the controls as they are described.
func (o *ModbusOptions) Adjustables() (all []Adjustable) {
	for _, s := range o.Sets {
		all = append(all, s.Adjustable)
	}
	return all
}
