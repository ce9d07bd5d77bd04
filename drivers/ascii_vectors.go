package drivers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// vectorErrors are the outcomes a vector may name.
var vectorErrors = map[string]error{"garbled": ErrGarbled, "refused": ErrRefused, "timeout": ErrTimeout}

// checkVectors runs every vector, and makes sure that no request and no set is without one.
func (o *ASCIIOptions) checkVectors() error {
	var errs []error
	for i, v := range o.Vectors {
		if err := o.try(v); err != nil {
			errs = append(errs, within(fmt.Sprintf("vectors[%d]", i), err))
		}
	}
	proven := func(like func(v ASCIIVector) bool) bool {
		return slices.ContainsFunc(o.Vectors, func(v ASCIIVector) bool { return v.Error == "" && like(v) })
	}
	for i, r := range o.Reads {
		if name := r.point().Point(); !proven(func(v ASCIIVector) bool { _, ok := v.Reads[name]; return ok }) {
			errs = append(errs, fmt.Errorf("reads[%d]: %s has no vector; give its request and a reply as the manual shows them", i, name))
		}
	}
	for i, s := range o.Sets {
		if !proven(func(v ASCIIVector) bool { return v.Set == s.Control }) {
			errs = append(errs, fmt.Errorf("sets[%d]: %s has no vector; give its request and the reply as the manual shows them", i, s.Control))
		}
	}
	return errors.Join(errs...)
}

// try runs one vector.
func (o *ASCIIOptions) try(v ASCIIVector) error {
	want, known := vectorErrors[v.Error]
	if v.Error != "" && !known {
		return fmt.Errorf("error: %q; must be garbled, refused or timeout", v.Error)
	}
	line := &replay{want: v.Send, reply: v.Reply}
	a, err := newASCII(line, *o)
	if err != nil {
		return err
	}
	var got []Reading
	if v.Set != "" {
		err = a.Set(context.Background(), v.Set, v.Value)
	} else {
		got, err = a.ofVector(v.Send)
	}
	switch {
	case want != nil && errors.Is(err, want):
		return nil
	case want != nil:
		return fmt.Errorf("%q is read as %s, %v; want %s", v.Reply, describe(got), err, v.Error)
	case err != nil:
		return err
	}
	return v.compare(got)
}

// ofVector is what is read by the request that looks like send on the wire.
func (a *ascii) ofVector(send string) ([]Reading, error) {
	for _, q := range a.requests {
		if string(a.line.frame(q.command)) == send {
			return a.read(context.Background(), q)
		}
	}
	return nil, fmt.Errorf("send: %q is no request of reads; must be one of %s", send, a.frames())
}

func (a *ascii) frames() string {
	var all []string
	for _, q := range a.requests {
		all = append(all, string(a.line.frame(q.command)))
	}
	return fmt.Sprintf("%q", all)
}

// compare looks whether got is what v wants, every point of it.
func (v ASCIIVector) compare(got []Reading) error {
	for _, r := range got {
		point := Point{Channel: r.Channel, Name: r.Name}.Point()
		text, ok := v.Reads[point]
		if !ok {
			return fmt.Errorf("reads: %s is in the reply too; say what it is", point)
		}
		if !means(text, r) {
			return fmt.Errorf("%q gives %s = %s; the vector says %s", v.Reply, point, describe([]Reading{r}), text)
		}
	}
	if len(v.Reads) != len(got) {
		return fmt.Errorf("reads: %d points and %d in the reply to %q; must be those of the request", len(v.Reads), len(got), v.Send)
	}
	return nil
}

// means says whether text ("1.2", "at most 3", or why there is no value) is r, to one in ten thousand.
func means(text string, r Reading) bool {
	if n, err := number(text); err == nil {
		text = fmt.Sprintf("is %g", n)
	}
	p, err := parsePhrase(text)
	if err != nil || p.numbered || p.missing != r.Missing || p.bound != r.Bound {
		return false
	}
	return math.Abs(p.number-r.Value) <= 1e-4*math.Abs(r.Value)
}

// describe writes readings for people.
func describe(readings []Reading) string {
	text := "nothing"
	for i, r := range readings {
		one := fmt.Sprintf("%s%g %s", []string{"", "at most ", "at least "}[r.Bound], r.Value, r.Unit)
		if r.Missing != "" {
			one = r.Missing
		}
		if text += ", " + one; i == 0 {
			text = one
		}
	}
	return text
}

// replay is a port on which one exchange is known. The reply comes byte by byte.
type replay struct{ want, reply string }

// Transact implements [Port].
func (p *replay) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if string(request) != p.want {
		return nil, fmt.Errorf("sends %q; the vector says %q", request, p.want)
	}
	if split == nil {
		return nil, nil
	}
	var come []byte
	for i := range len(p.reply) {
		come = append(come, p.reply[i])
		for len(come) > 0 {
			n, token, err := split(come, false)
			if token != nil || err != nil {
				return token, err
			}
			if n == 0 {
				break
			}
			come = come[n:]
		}
	}
	return nil, fmt.Errorf("%q has no end: %w", p.reply, ErrTimeout)
}

// Hold implements [Port].
func (p *replay) Hold(_ context.Context, f func(Port) error) error { return f(p) }
