package drivers

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// ascii is an instrument that is described in the configuration.
type ascii struct {
	line     terminated
	options  ASCIIOptions
	requests []asciiRequest
	refusal  *regexp.Regexp // nil = there is none
}

// asciiRequest is one exchange and what is read from it.
type asciiRequest struct {
	command string
	reads   []asciiRead
}

func openASCII(w Wires, o ASCIIOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return newASCII(w.Port, o)
}

// newASCII makes one whose options are all but their vectors checked.
func newASCII(port Port, o ASCIIOptions) (*ascii, error) {
	a := &ascii{options: o, line: terminated{port: port, start: o.Start, end: o.End}}
	if o.ReplyEnd != "" {
		a.line.reply = until(o.ReplyEnd)
	}
	if o.Refusal != "" {
		refusal, err := wholeReply(o.Refusal)
		if err != nil {
			return nil, err
		}
		a.refusal = refusal
	}
	for i := range o.Reads {
		r, err := o.Reads[i].compile()
		if err != nil {
			return nil, err
		}
		a.add(o.Reads[i].Send, r)
	}
	return a, nil
}

// add puts a reading to the others of its request.
func (a *ascii) add(command string, r asciiRead) {
	for i := range a.requests {
		if a.requests[i].command == command {
			a.requests[i].reads = append(a.requests[i].reads, r)
			return
		}
	}
	a.requests = append(a.requests, asciiRequest{command, []asciiRead{r}})
}

// Identify sends the request of the options, where there is one.
func (a *ascii) Identify(ctx context.Context) (Identity, error) {
	if a.options.Identify == "" {
		return Identity{}, nil
	}
	text, err := a.ask(ctx, a.options.Identify)
	if err == nil && !printable(text) {
		err = garbled(a.options.Identify, text, nil)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: strings.TrimSpace(text)}, nil
}

// Read makes each request once: with the options of firmware-cfg/mks670.yaml "@020?" 0A -> "P 7.602E+1 Torr" 0D 0A.
func (a *ascii) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, q := range a.requests {
		some, err := a.read(ctx, q)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

func (a *ascii) read(ctx context.Context, q asciiRequest) ([]Reading, error) {
	text, err := a.ask(ctx, q.command)
	if err != nil {
		return nil, err
	}
	var readings []Reading
	for i := range q.reads {
		r, err := q.reads[i].of(text)
		if err != nil {
			return nil, garbled(q.command, text, err)
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// ask makes an exchange; a refusal is ErrRefused.
func (a *ascii) ask(ctx context.Context, command string) (string, error) {
	text, err := a.line.ask(ctx, command)
	if err == nil && a.refusal != nil && a.refusal.MatchString(text) {
		err = refused(command, text)
	}
	return text, err
}

// of is the reading in a reply.
func (r *asciiRead) of(reply string) (Reading, error) {
	part := r.pattern.FindStringSubmatch(reply)
	if part == nil {
		return Reading{}, fmt.Errorf("want %s", r.pattern)
	}
	means, text := phrase{numbered: true}, part[r.value]
	if r.status > 0 {
		var ok bool
		if means, ok = r.codes.find(part[r.status]); !ok {
			return Reading{}, fmt.Errorf("status %q", part[r.status])
		}
	}
	if p, ok := r.words.find(text); ok && means.numbered {
		means = p
	}
	switch {
	case means.missing != "":
		return r.missing(means.missing), nil
	case !means.numbered:
		return r.reading(means.number, means.bound)
	}
	n, err := number(text)
	if err != nil {
		return Reading{}, err
	}
	return r.reading(n, means.bound)
}
