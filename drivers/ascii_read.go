package drivers

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ascii is an instrument that is described in the configuration.
type ascii struct {
	port     Port
	options  ASCIIOptions
	requests []asciiRequest
	unasked  []asciiRead
	refusal  *regexp.Regexp // nil = there is none

	unit    spokenUnit   // as the instrument said; per 0 = not known
	spoken  string       // its name for it
	watch   unitWatch    // when to ask for it again; of pressures
	heard   map[int]bool // of what comes unasked, since the line was opened
	request []byte
}

// asciiRequest is one exchange and what is read from it.
type asciiRequest struct {
	selects, command string
	sent             string // the characters of a request without its end, of which a reply may be the echo
	selected         *regexp.Regexp
	length           int
	reads            []asciiRead
}

func openASCII(w Wires, o ASCIIOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	a, err := newASCII(w.Port, o)
	if err != nil {
		return nil, err
	}
	a.watch = newUnitWatch(w.Name)
	return a, nil
}

// newASCII makes one whose options are all but their vectors checked.
func newASCII(port Port, o ASCIIOptions) (*ascii, error) {
	a := &ascii{port: port, options: o, heard: map[int]bool{}}
	if o.Refusal != "" {
		refusal, err := wholeReply(o.Refusal)
		if err != nil {
			return nil, err
		}
		a.refusal = refusal
	}
	for _, r := range o.Reads {
		compiled, err := o.compile(r)
		if err != nil {
			return nil, err
		}
		if err := a.add(r, compiled); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// add puts a reading to the others of its request.
func (a *ascii) add(r ASCIIRead, compiled asciiRead) error {
	if r.Unasked {
		a.unasked = append(a.unasked, compiled)
		return nil
	}
	for i := range a.requests {
		if q := &a.requests[i]; q.command == string(r.Send) && q.selects == string(r.Select) && q.length == r.ReplyLength {
			q.reads = append(q.reads, compiled)
			return nil
		}
	}
	q := asciiRequest{selects: string(r.Select), command: string(r.Send), length: r.ReplyLength, reads: []asciiRead{compiled}}
	q.sent = charactersOf([]byte(a.options.Start + r.Send))
	if r.Selected != "" {
		var err error
		if q.selected, err = wholeReply(r.Selected); err != nil {
			return err
		}
	}
	a.requests = append(a.requests, q)
	return nil
}

// Identify sends the requests of startup and the one that identifies, where there are any, and asks for the unit. Firmware that refuses to
// say what it is has no name.
func (a *ascii) Identify(ctx context.Context) (Identity, error) {
	for _, s := range a.options.Startup {
		if err := a.does(ctx, string(s.Send), s.Answer); err != nil {
			return Identity{}, fmt.Errorf("startup: %w", err)
		}
	}
	id := Identity{}
	if a.options.Identify != "" {
		text, err := a.ask(ctx, string(a.options.Identify), 0)
		switch {
		case errors.Is(err, ErrRefused): // its firmware cannot say
		case err == nil && !printable(text):
			return Identity{}, fmt.Errorf("identify: %w", garbled(string(a.options.Identify), text, nil))
		case err != nil:
			return Identity{}, fmt.Errorf("identify: %w", err)
		default:
			id.Model = strings.TrimSpace(text)
		}
	}
	if a.options.AskUnit == nil {
		return id, nil
	}
	if err := besideUnit(a.learnUnit(ctx)); err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	id.Unit = a.spoken
	return id, nil
}

// Read makes each request once: with the options of firmware-cfg/mks670.yaml "@020?" 0A -> "P 7.602E+1 Torr" 0D 0A. A request that is
// refused, and a value that is not understood, is missing; it is an error when that is all there is.
func (a *ascii) Read(ctx context.Context) ([]Reading, error) {
	if err := a.knowUnit(ctx); err != nil {
		return nil, err
	}
	var readings []Reading
	var first error
	understood := len(a.requests) == 0
	for i := range a.requests {
		some, ok, err := a.read(ctx, &a.requests[i])
		if err != nil && !errors.Is(err, ErrRefused) && !errors.Is(err, errUnclear) {
			return nil, err
		}
		if first == nil {
			first = err
		}
		understood = understood || ok
		if i == 0 {
			readings = some
		} else {
			readings = append(readings, some...)
		}
	}
	if !understood {
		return nil, first
	}
	if err := a.believed(ctx, readings); err != nil {
		return nil, err
	}
	return append(readings, a.unheard()...), nil
}

// read makes one exchange. ok says whether anything in its reply was understood; if not, the error says why, and wraps ErrRefused, or
// errUnclear with ErrGarbled.
func (a *ascii) read(ctx context.Context, q *asciiRequest) (readings []Reading, ok bool, err error) {
	text, err := a.selectAndAsk(ctx, q)
	if errors.Is(err, ErrRefused) {
		return q.missing("refused", text), false, err
	}
	if err == nil && isEcho(q.sent, text) {
		err = garbled(q.command, text, errEcho)
	}
	if errors.Is(err, errUnclear) {
		return q.missing("not understood", text), false, err
	}
	if err != nil {
		return nil, false, err
	}
	readings = make([]Reading, 0, len(q.reads))
	for i := range q.reads {
		r, why := q.reads[i].of(text, a.unit)
		if errors.Is(why, errNoise) || why != nil && !errors.Is(why, errUnclear) && !shown(text) {
			return nil, false, garbled(q.command, text, why)
		}
		if why != nil && err == nil {
			err = garbled(q.command, text, fmt.Errorf("%w: %w", errUnclear, why))
		}
		if why != nil {
			confirmNext(a.port)
		}
		ok = ok || why == nil
		readings = append(readings, r)
	}
	if ok {
		err = nil
	}
	return readings, ok, err
}

// missing are the readings of a request whose reply has none, and why.
func (q *asciiRequest) missing(why, reply string) (readings []Reading) {
	for i := range q.reads {
		readings = append(readings, q.reads[i].missing(fmt.Sprintf("%s: %.40q", why, reply)))
	}
	return readings
}

// shown says whether a reply is text with nothing else in it.
func shown(text string) bool { return text == "" || printable(text) }
