package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// modbusUnit is an instrument that is described by its registers.
type modbusUnit struct {
	modbus
	options  ModbusOptions
	requests []modbusRequest
}

// modbusRequest is one exchange, and which of the reads are in it.
type modbusRequest struct {
	function, first, count int
	reads                  []int
}

var _ Actuator = (*modbusUnit)(nil)

func newModbusUnit(port Port, o ModbusOptions) *modbusUnit {
	lenient := func(name string) bool { return slices.Contains(o.Lenient, name) }
	u := &modbusUnit{modbus: modbus{port: port, address: byte(o.Address), tcp: o.TCP, lowFirst: o.LowWordFirst}, options: o}
	u.lenient = leniency{transaction: lenient("transaction"), unit: lenient("unit"), echo: lenient("echo")}
	u.Forget()
	return u
}

// Forget makes the requests anew: after a reconnect, what was refused in a block is tried again.
func (u *modbusUnit) Forget() {
	o := &u.options
	order := make([]int, len(o.Reads))
	for i := range order {
		order[i] = i
	}
	if o.Block > 0 {
		slices.SortStableFunc(order, func(a, b int) int { return o.Reads[a].Register - o.Reads[b].Register })
	}
	u.requests = nil
	for _, i := range order {
		u.add(i, o.Block)
	}
}

// add puts read i to a request that has its registers, or may be made longer to have them: at most block registers.
func (u *modbusUnit) add(i, block int) {
	r := &u.options.Reads[i]
	function, last := r.function(), r.Register+r.registers()
	for n := range u.requests {
		q := &u.requests[n]
		if q.function != function || r.Register < q.first {
			continue
		}
		if span := last - q.first; span <= q.count && r.Register < q.first+q.count && (block > 0 || r.Register == q.first && span == q.count) || span <= block {
			q.count = max(q.count, span)
			q.reads = append(q.reads, i)
			return
		}
	}
	u.requests = append(u.requests, modbusRequest{function, r.Register, r.registers(), []int{i}})
}

// function is that by which r is read.
func (r *ModbusRead) function() int {
	if r.Function == 0 {
		return readHolding
	}
	return r.Function
}

// Read asks for each register, or block of them, once. What is refused is missing, and a block that is refused is read register by
// register from then on; it is an error when everything is refused.
//
//	01 03 00 01 00 01 D5 CA -> 01 03 02 04 D2 3A D9    register 1 is 1234
func (u *modbusUnit) Read(ctx context.Context) ([]Reading, error) {
	readings := make([]Reading, len(u.options.Reads))
	known := false
	var refusal error
	for n := 0; n < len(u.requests); n++ {
		q := u.requests[n]
		words, err := u.words(ctx, q)
		if noSuchRegister(err) && u.divide(n) {
			n--
			continue
		}
		if err != nil && !errors.Is(err, ErrRefused) {
			return nil, err
		}
		if err != nil && refusal == nil {
			refusal = err
		}
		known = known || err == nil
		for _, i := range q.reads {
			readings[i] = u.from(i, q, words, err)
		}
	}
	if !known {
		return nil, refusal
	}
	return readings, nil
}

// noSuchRegister says whether a request was refused for what it asked, and not because the unit is busy. Units say "device failure" for a
// block in which one register has a sensor at fault.
func noSuchRegister(err error) bool {
	var why modbusException
	return errors.As(err, &why) && why <= 4
}

// divide replaces request n, which was refused, by one for each of its reads, and says whether it could.
func (u *modbusUnit) divide(n int) bool {
	q := u.requests[n]
	if len(q.reads) < 2 {
		return false
	}
	whole := u.requests
	u.requests = nil
	for _, i := range q.reads {
		u.add(i, 0)
	}
	single := u.requests
	u.requests = whole
	if len(single) < 2 {
		return false
	}
	u.requests = slices.Replace(whole, n, n+1, single...)
	return true
}

// words reads the registers of a request; a coil is a register of 0 or 1.
func (u *modbusUnit) words(ctx context.Context, q modbusRequest) ([]uint16, error) {
	if q.function == readCoils || q.function == readContacts {
		return u.bits(ctx, byte(q.function), uint16(q.first), q.count)
	}
	return u.registers(ctx, byte(q.function), uint16(q.first), q.count)
}

// from is read i in the registers of a request, or missing because that was refused.
func (u *modbusUnit) from(i int, q modbusRequest, words []uint16, refusal error) Reading {
	r := &u.options.Reads[i]
	if refusal != nil {
		var why modbusException
		errors.As(refusal, &why)
		return r.missing("refused: " + why.Error())
	}
	at := r.Register - q.first
	return u.reading(r, words[at:at+r.registers()])
}

// Identify reads the registers that hold its name, where there are any.
func (u *modbusUnit) Identify(ctx context.Context) (Identity, error) {
	i := u.options.Identify
	if i == nil {
		return Identity{}, nil
	}
	words, err := u.words(ctx, modbusRequest{function: max(i.Function, readHolding), first: i.Register, count: i.Count})
	if errors.Is(err, ErrRefused) {
		return Identity{}, nil // it has no such registers
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	text := textOf(inOrder(words, ""))
	if text != "" && !printable(text) {
		return Identity{}, garbled("identify", text, nil)
	}
	return Identity{Model: text}, nil
}
