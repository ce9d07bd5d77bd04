package drivers

import (
	"bufio"
	"context"
	"fmt"
	"math"
)

// Vector is an exchange whose outcome is known: of a manual, or as seen on the line. Bytes are those on the wire, both ways.
type Vector struct {
	Source   string            `yaml:"source"`   // the manual and its page, or the capture
	Send     Wire              `yaml:"send"`     // the whole request
	Reply    Wire              `yaml:"reply"`    // the whole reply; "" = none comes
	Steps    []WireExchange    `yaml:"steps"`    // in place of send and reply, where there are several
	Unasked  Wire              `yaml:"unasked"`  // in place of send and reply: a line that comes unasked, without unasked_end
	Unit     string            `yaml:"unit"`     // that it is set to, where that is asked for; of the request of ask_unit: what its reply means
	Reads    map[string]string `yaml:"reads"`    // by point: a value in SI, a state, "at most 0.013", "at least 1e5", or why there is none
	Identity string            `yaml:"identity"` // what Identify says, startup included
	Set      string            `yaml:"set"`      // the control that makes this exchange
	Value    float64           `yaml:"value"`    // of the control, in SI
	Error    string            `yaml:"error"`    // garbled, refused or timeout in place of an outcome; "" = none
}

// WireExchange is a request and its reply, whole.
type WireExchange struct {
	Send  Wire `yaml:"send"`  // what is sent
	Reply Wire `yaml:"reply"` // what comes back
}

func (v *Vector) steps() []WireExchange {
	if len(v.Steps) > 0 {
		return v.Steps
	}
	return []WireExchange{{v.Send, v.Reply}}
}

// vectorErrors are the outcomes a vector may name.
var vectorErrors = map[string]error{"garbled": ErrGarbled, "refused": ErrRefused, "timeout": ErrTimeout}

// identifies says whether v is about Identify.
func (v *Vector) identifies() bool {
	return v.Identity != "" || v.Set == "" && len(v.Reads) == 0 && v.Unasked == "" && v.Error == ""
}

// compare looks whether got is what v wants, every point of it.
func (v Vector) compare(got []Reading, points []Point) error {
	for _, r := range got {
		point := Point{Channel: r.Channel, Name: r.Name}.Point()
		text, ok := v.Reads[point]
		if !ok {
			return fmt.Errorf("reads: %s is in the reply too; say what it is", point)
		}
		if !meansState(text, r, points) && !means(text, r) {
			return fmt.Errorf("%q gives %s = %s; the vector says %s", v.last(), point, describe([]Reading{r}), text)
		}
	}
	if len(v.Reads) != len(got) {
		return fmt.Errorf("reads: %d points and %d in the reply to %q; must be those of the request", len(v.Reads), len(got), v.steps()[0].Send)
	}
	return nil
}

// last is what the readings of v are in.
func (v Vector) last() Wire {
	if v.Unasked != "" {
		return v.Unasked
	}
	all := v.steps()
	return all[len(all)-1].Reply
}

// meansState says whether text is the name of the state that r is in.
func meansState(text string, r Reading, points []Point) bool {
	i := pointNamed(points, Point{Channel: r.Channel, Name: r.Name}.Point())
	if i < 0 || r.Missing != "" {
		return false
	}
	n, ok := points[i].States.Value(text)
	return ok && n == r.Value && r.Bound == Exact
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

// replay is a port on which the exchanges are known. A reply comes byte by byte.
type replay struct{ steps []WireExchange }

// Transact implements [Port].
func (p *replay) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if len(p.steps) == 0 {
		return nil, fmt.Errorf("sends %q; the vector has no such step", request)
	}
	next := p.steps[0]
	if string(request) != string(next.Send) {
		return nil, fmt.Errorf("sends %q; the vector says %q", request, next.Send)
	}
	p.steps = p.steps[1:]
	if split == nil {
		return nil, nil
	}
	var come []byte
	for i := range len(next.Reply) {
		come = append(come, next.Reply[i])
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
	return nil, fmt.Errorf("%q has no end: %w", next.Reply, ErrTimeout)
}

// Hold implements [Port].
func (p *replay) Hold(_ context.Context, f func(Port) error) error { return f(p) }
