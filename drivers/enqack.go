package drivers

import (
	"context"
	"fmt"
	"time"
)

const (
	stx = 0x02
	etx = 0x03
	eot = 0x04
	enq = 0x05
	ack = 0x06
	dle = 0x10
	nak = 0x15
)

// enqAck asks in two steps (framing F2): the mnemonic is answered by ACK or NAK, then ENQ fetches the data. Both steps hold
// the line.
type enqAck struct {
	port  Port
	start string                                     // before a mnemonic, not before ENQ: "\x1b01" for RS-485 address 1
	end   string                                     // after a mnemonic
	pause time.Duration                              // before ENQ and after its data
	wait  func(context.Context, time.Duration) error // for pause
	fault string                                     // mnemonic that selects the error word after a NAK; "" = ENQ gives it at once

	request []byte
}

var enquiry = []byte{enq}

// ask sends a mnemonic with its parameters and returns the data without its end. ErrRefused, with the instrument's error
// word, after a NAK.
func (e *enqAck) ask(ctx context.Context, mnemonic string) (string, error) {
	var data string
	err := e.port.Hold(ctx, func(port Port) error {
		ok, err := e.selects(ctx, port, mnemonic)
		if err != nil {
			return err
		}
		if !ok {
			return e.refusal(ctx, port, mnemonic)
		}
		data, err = e.fetch(ctx, port, mnemonic)
		return err
	})
	return data, err
}

// selects sends a mnemonic and says whether it was acknowledged.
//
//	-> "PR1" 0D
//	<- 06 0D 0A, or 15 0D 0A
func (e *enqAck) selects(ctx context.Context, port Port, mnemonic string) (bool, error) {
	e.request = append(append(append(e.request[:0], e.start...), mnemonic...), e.end...)
	reply, err := port.Transact(ctx, e.request, acknowledgement)
	if err != nil {
		return false, fmt.Errorf("%s: %w", mnemonic, err)
	}
	return reply[0] == ack, nil
}

// fetch sends ENQ, bare, and returns what was selected.
//
//	-> 05
//	<- "0,+1.2300E-03" 0D 0A
func (e *enqAck) fetch(ctx context.Context, port Port, mnemonic string) (string, error) {
	if err := e.rest(ctx); err != nil {
		return "", err
	}
	reply, err := port.Transact(ctx, enquiry, readLine)
	if err != nil {
		return "", fmt.Errorf("%s, ENQ: %w", mnemonic, err)
	}
	data := string(reply)
	if !printable(data) {
		return "", garbled(mnemonic+", ENQ", data, nil)
	}
	return data, e.rest(ctx)
}

// refusal makes the error of a NAK with the instrument's own word for it.
func (e *enqAck) refusal(ctx context.Context, port Port, mnemonic string) error {
	if e.fault != "" {
		ok, err := e.selects(ctx, port, e.fault)
		if err != nil {
			return err
		}
		if !ok {
			return refused(mnemonic, "NAK")
		}
	}
	fault, err := e.fetch(ctx, port, mnemonic)
	if err != nil {
		return fmt.Errorf("%s: NAK, and the error word: %w", mnemonic, err)
	}
	return refused(mnemonic, fault)
}

func (e *enqAck) rest(ctx context.Context) error {
	if e.pause == 0 {
		return nil
	}
	return e.wait(ctx, e.pause)
}

// acknowledgement is ACK or NAK. The CR and LF that follow are left to be skipped by what is read next, because neither is
// certain to come; those of an earlier reply are skipped.
func acknowledgement(data []byte, _ bool) (int, []byte, error) {
	skip := 0
	for skip < len(data) && (data[skip] == '\r' || data[skip] == '\n') {
		skip++
	}
	if skip == len(data) {
		return skip, nil, nil
	}
	if c := data[skip]; c != ack && c != nak {
		return 0, nil, fmt.Errorf("%w: % X in place of ACK or NAK", ErrGarbled, data[skip:])
	}
	return skip + 1, data[skip : skip+1], nil
}
