package drivers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// daq is the mainframe of a 34970A or 34972A, whose cards are models of their own. Settings are not answered; what was wrong with one stands in
// a queue of errors. Channels are numbered by slot, 1 to 3, and place, 01 to 20. Nothing that resets it (*RST, SYST:PRES) is ever sent: it
// would open all relays.
type daq struct{ line terminated }

// daqLine is what its line is like: RS-232 as advised (9600, no flow control), and the time a scan takes.
var daqLine = LineSettings{Deadline: 5 * time.Second}

func newDAQ(port Port) daq { return daq{terminated{port: port, end: "\n"}} }

// checkDAQChannels says what is wrong with the numbers of channels.
func checkDAQChannels(channels map[int]string) error {
	if err := checkChannels(channels, 101, 320); err != nil {
		return err
	}
	for _, c := range ordered(channels) {
		if place := c.number % 100; place < 1 || place > 20 {
			return fmt.Errorf("channels: %d; must be slot 1 to 3 and place 01 to 20, such as 301", c.number)
		}
	}
	return nil
}

// daqList is a list of channels: "(@301,302)".
func daqList(channels []channel) string {
	numbers := make([]string, len(channels))
	for i, c := range channels {
		numbers[i] = fmt.Sprint(c.number)
	}
	return "(@" + strings.Join(numbers, ",") + ")"
}

// identify asks for the card in each slot that is used: "SYST:CTYP? 300" 0A -> "HEWLETT-PACKARD,34903A,0,1.0" 0D 0A. ErrRefused where it is not
// the card that is configured.
func (d *daq) identify(ctx context.Context, channels []channel, card string) (Identity, error) {
	var id Identity
	var asked []int
	for _, c := range channels {
		slot := c.number / 100 * 100
		if slices.Contains(asked, slot) {
			continue
		}
		asked = append(asked, slot)
		command := fmt.Sprintf("SYST:CTYP? %d", slot)
		text, err := d.line.ask(ctx, command)
		if err != nil {
			return Identity{}, fmt.Errorf("identify: %w", err)
		}
		part := strings.Split(text, ",")
		if len(part) != 4 || !printable(text) {
			return Identity{}, fmt.Errorf("identify: %w", garbled(command, text, nil))
		}
		if !strings.Contains(part[1], card) {
			return Identity{}, fmt.Errorf("identify: slot %d holds %s, and not %s: %w", slot/100, part[1], card, ErrRefused)
		}
		id = Identity{Model: strings.TrimSpace(part[1] + " " + part[3]), Serial: part[2]}
	}
	return id, nil
}

// maxDAQErrors is how many errors it keeps, and then some.
const maxDAQErrors = 25

// errors reads the queue of errors until it is empty, and returns the first: "SYST:ERR?" 0A -> `-113,"Undefined header"` 0D 0A, `+0,"No error"` 0D 0A.
func (d *daq) errors(ctx context.Context) (first string, err error) {
	for range maxDAQErrors {
		text, err := d.line.ask(ctx, "SYST:ERR?")
		if err != nil {
			return "", err
		}
		number, _, _ := strings.Cut(text, ",")
		switch n, err := integer(number); {
		case err != nil:
			return "", garbled("SYST:ERR?", text, err)
		case n == 0:
			return first, nil
		case first == "":
			first = text
		}
	}
	return "", fmt.Errorf("SYST:ERR?: %d errors, and no end: %w", maxDAQErrors, ErrRefused)
}

// list asks for one field for each channel. Another number of fields is not known.
func (d *daq) list(ctx context.Context, command string, channels []channel) ([]string, error) {
	text, err := d.line.ask(ctx, command)
	if err != nil {
		return nil, err
	}
	fields := strings.Split(text, ",")
	if len(fields) != len(channels) {
		return nil, d.line.unknown(command, text, fmt.Errorf("%d fields for %d channels", len(fields), len(channels)))
	}
	return fields, nil
}
