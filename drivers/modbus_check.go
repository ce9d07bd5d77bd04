package drivers

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Check says what is wrong with o, and runs its vectors.
func (o *ModbusOptions) Check() error {
	errs := []error{o.checkUnit()}
	if len(o.Reads) == 0 {
		errs = append(errs, errors.New("reads: none; must be one or more"))
	}
	for i, r := range o.Reads {
		if err := r.checkRead(); err != nil {
			errs = append(errs, within(fmt.Sprintf("reads[%d]", i), err))
		}
	}
	for i, s := range o.Sets {
		if err := errors.Join(s.check(), s.checkReadBack(o.Points())); err != nil {
			errs = append(errs, within(fmt.Sprintf("sets[%d]", i), err))
		}
		if slices.ContainsFunc(o.Sets[:i], func(t ModbusSet) bool { return t.Control == s.Control }) {
			errs = append(errs, fmt.Errorf("sets[%d]: control %s is given twice; must be given once", i, s.Control))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return o.checkVectors()
}

func (o *ModbusOptions) checkUnit() error {
	var errs []error
	if !(o.Address >= 1 && o.Address <= 247 || o.TCP && (o.Address == 0 || o.Address == 255)) {
		errs = append(errs, fmt.Errorf("address: %d; must be 1 to 247, with tcp also 0 and 255", o.Address))
	}
	if o.Block < 0 || o.Block > maxRegisters {
		errs = append(errs, fmt.Errorf("block: %d; must be 0 to %d", o.Block, maxRegisters))
	}
	for _, l := range o.Lenient {
		if !slices.Contains(modbusLeniencies, l) || l == "transaction" && !o.TCP {
			errs = append(errs, fmt.Errorf("lenient: %q; must be unit, echo, or transaction with tcp", l))
		}
	}
	if i := o.Identify; i != nil && (i.Register < 0 || i.Count < 1 || i.Count > maxRegisters || i.Register+i.Count > math.MaxUint16+1 ||
		i.Function != 0 && i.Function != readHolding && i.Function != readInput) {
		errs = append(errs, fmt.Errorf("identify: register %d, count %d, function %d; must be 1 to %d registers of function 3 or 4", i.Register, i.Count, i.Function, maxRegisters))
	}
	if o.MaxOn < 0 {
		errs = append(errs, checkMaxOn(o.MaxOn))
	}
	return errors.Join(errs...)
}

func (r *ModbusRead) checkRead() error {
	errs := []error{r.check(), checkRegister(r.Register, r.registers(), r.Type, r.Order, r.bits())}
	if r.Function < 0 || r.Function > readInput {
		errs = append(errs, fmt.Errorf("function: %d; must be 1, 2, 3 or 4", r.Function))
	}
	if r.Bit < 0 || r.Bit > 15 || r.Bit > 0 && r.Type != "bit" {
		errs = append(errs, fmt.Errorf("bit: %d; must be 0 to 15, of type bit", r.Bit))
	}
	if form := modbusTypes[r.Type].form; r.Mask > 0 && (form != "binary" && form != "signed" || r.Type == "bit" || r.Mask > maxExact || r.bits()) {
		errs = append(errs, fmt.Errorf("mask: %d; must be of a whole number, and at most %d", r.Mask, int64(maxExact)))
	}
	if r.Type == "text" && len(r.States)+len(r.Words) == 0 {
		errs = append(errs, errors.New("type: text is no number; must have states or words that say what it means"))
	}
	if (r.Type == "text") != (r.Count > 0) || r.Count > 60 {
		errs = append(errs, fmt.Errorf("count: %d; must be 1 to 60 registers of type text", r.Count))
	}
	for _, word := range slices.Sorted(maps.Keys(r.Words)) {
		if p, err := parsePhrase(r.Words[word]); err != nil || p.numbered {
			errs = append(errs, fmt.Errorf("words: %s: %q; must be at most ..., at least ..., is ..., or why there is no value", word, r.Words[word]))
		}
		if _, err := number(word); err != nil && r.Type != "text" && !strings.EqualFold(word, "nan") {
			errs = append(errs, fmt.Errorf("words: %s: must be a number, or nan of a float", word))
		}
	}
	return errors.Join(errs...)
}

func (s *ModbusSet) check() error {
	errs := []error{s.Adjustable.check(), checkRegister(s.Register, modbusTypes[s.Type].words, s.Type, s.Order, s.Function == writeCoil)}
	words := modbusTypes[s.Type].words
	switch {
	case s.Type == "bit" || s.Type == "text":
		errs = append(errs, errors.New("type: a bit of a register cannot be set alone, and text not at all; must be a number, or function 5"))
	case s.Function != 0 && s.Function != writeCoil && s.Function != writeRegister && s.Function != writeMany,
		s.Function == writeRegister && words > 1, s.Function == writeCoil && s.Unit != "":
		errs = append(errs, fmt.Errorf("function: %d; must be 6 for 16 bits, 16, or 5 for a control without a unit", s.Function))
	default:
		for _, v := range []float64{s.control().Min, s.control().Max} {
			if _, err := s.registers(v, false); err != nil && words > 0 {
				errs = append(errs, fmt.Errorf("min, max: %w", err))
			}
		}
	}
	return errors.Join(errs...)
}

func checkRegister(register, words int, kind, order string, coil bool) error {
	if coil && kind != "" {
		return fmt.Errorf("type: %q, of a coil or discrete input; must be left out", kind)
	}
	if _, ok := modbusTypes[kind]; !ok {
		return fmt.Errorf("type: %q; must be one of %s", kind, modbusTypeList)
	}
	if !slices.Contains(modbusOrders, order) || coil && order != "" {
		return fmt.Errorf("order: %q; must be abcd, cdab, badc or dcba, or empty for coils and discrete inputs", order)
	}
	if last := math.MaxUint16 + 1 - words; register < 0 || register > last {
		return fmt.Errorf("register: %d; must be 0 to %d", register, last)
	}
	return nil
}
