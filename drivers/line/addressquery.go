package line

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/lazyregexp"
)

// The settings a query may have, and what each may be. Those of the UART and of the USB identity are for serial lines only.
var (
	everywhere = map[string]func(a *Address, value string) error{
		"gap":      duration(func(a *Address) *time.Duration { return &a.Line.Gap }, 0, 10*time.Second),
		"settle":   duration(func(a *Address) *time.Duration { return &a.Line.Settle }, 0, time.Minute),
		"deadline": duration(func(a *Address) *time.Duration { return &a.Line.Deadline }, time.Millisecond, time.Minute),
		"flush":    duration(func(a *Address) *time.Duration { return &a.Line.Flush }, time.Millisecond, 10*time.Second),
		"echo":     choice(func(a *Address) *string { return &a.Line.Echo }, "none", "line", "char"),
		"resync":   resync,
	}
	onlySerial = map[string]func(a *Address, value string) error{
		"baud":   whole(func(a *Address) *int { return &a.Line.Baud }, 50, 4_000_000),
		"bits":   whole(func(a *Address) *int { return &a.Line.Bits }, 7, 8),
		"parity": choice(func(a *Address) *string { return &a.Line.Parity }, "none", "even", "odd", "mark", "space"),
		"stop":   whole(func(a *Address) *int { return &a.Line.Stop }, 1, 2),
		"rtscts": yesNo(func(a *Address) *bool { return &a.Line.RTSCTS }),
		"dtr":    choice(func(a *Address) *string { return &a.Line.DTR }, "on", "off"),
		"hupcl":  hangUp,
		"rs485":  choice(func(a *Address) *string { return &a.Line.RS485 }, "kernel", "rts"),
		"vid":    usbNumber(func(a *Address) *string { return &a.VID }),
		"pid":    usbNumber(func(a *Address) *string { return &a.PID }),
		"serial": usbSerial,
	}
)

func (a *Address) query(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return fmt.Errorf("query %q: %w", raw, err)
	}
	allowed := maps.Clone(everywhere)
	if a.Scheme == "serial" {
		maps.Copy(allowed, onlySerial)
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		set, ok := allowed[key]
		if !ok {
			return fmt.Errorf("setting %q is unknown; must be one of %s", key, strings.Join(slices.Sorted(maps.Keys(allowed)), ", "))
		}
		if len(values[key]) != 1 {
			return fmt.Errorf("setting %q is given %d times; must be given once", key, len(values[key]))
		}
		if err := set(a, values[key][0]); err != nil {
			return fmt.Errorf("%s=%s: %w", key, values[key][0], err)
		}
	}
	if a.Line.RTSCTS && a.Line.RS485 != "" {
		return errors.New("it has rtscts and rs485; must be one of them: both are the RTS signal")
	}
	return a.identity()
}

// identity makes sure that a serial line has one place.
func (a *Address) identity() error {
	byUSB := a.VID != "" || a.PID != "" || a.Serial != ""
	switch {
	case a.Scheme != "serial":
		return nil
	case a.Node != "" && byUSB:
		return errors.New("it has a path and a USB identity; must be one of them")
	case a.Node == "" && (a.VID == "" || a.PID == ""):
		return errors.New("it has no place; must be serial:///dev/... or serial://?vid=0403&pid=6001&serial=NUMBER")
	}
	return nil
}

func duration(at func(*Address) *time.Duration, low, high time.Duration) func(*Address, string) error {
	return func(a *Address, value string) error {
		d, ok := buffer.ParseSpan(value)
		if !ok || d < low || d > high {
			return fmt.Errorf("must be %v to %v", low, high)
		}
		*at(a) = d
		return nil
	}
}

func whole(at func(*Address) *int, low, high int) func(*Address, string) error {
	return func(a *Address, value string) error {
		n, ok := buffer.ParseWhole(value)
		if !ok || n < low || n > high {
			return fmt.Errorf("must be %d to %d", low, high)
		}
		*at(a) = n
		return nil
	}
}

func choice(at func(*Address) *string, words ...string) func(*Address, string) error {
	return func(a *Address, value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("must be one of %s", strings.Join(words, ", "))
		}
		*at(a) = value
		return nil
	}
}

func yesNo(at func(*Address) *bool) func(*Address, string) error {
	return func(a *Address, value string) error {
		if value != "true" && value != "false" {
			return errors.New("must be true or false")
		}
		*at(a) = value == "true"
		return nil
	}
}

// hangUp is whether DTR falls when the line is closed.
func hangUp(a *Address, value string) error {
	fall := false
	err := yesNo(func(*Address) *bool { return &fall })(a, value)
	a.Line.KeepDTR = err == nil && !fall
	return err
}

var fourHex = lazyregexp.New(`^[0-9a-fA-F]{4}$`)

func usbNumber(at func(*Address) *string) func(*Address, string) error {
	return func(a *Address, value string) error {
		if !fourHex.MatchString(value) {
			return errors.New("must be four hex digits, as in 0403")
		}
		*at(a) = strings.ToLower(value)
		return nil
	}
}

func usbSerial(a *Address, value string) error {
	if value == "" || strings.ContainsAny(value, "/\x00\n") {
		return errors.New("must be the serial number of the adapter")
	}
	a.Serial = value
	return nil
}

// resync takes the bytes in hex, as in 0d0a; "none" for no resync.
func resync(a *Address, value string) error {
	if value == "none" {
		a.Line.Resync = nil
		return nil
	}
	b, err := hex.DecodeString(value)
	if err != nil || len(b) == 0 || len(b) > 64 {
		return errors.New("must be 1 to 64 bytes in hex, as in 0d0a, or none")
	}
	a.Line.Resync = b
	return nil
}
