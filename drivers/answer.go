package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// answer is what an instrument said in place of a value, in a frame that was good: it refused, or the text is not known. It is an error
// of that value alone: [known] makes a reading of it that is missing. An error of any other kind is one of the line or the frame.
type answer struct {
	command, reply string // reply as it came; bytes as hex
	kind           error  // ErrRefused or ErrGarbled
	why            error  // may be nil
}

func (a *answer) Error() string {
	switch {
	case a.kind == ErrRefused:
		return fmt.Sprintf("%s: answered %q: %v", a.command, a.reply, a.kind)
	case a.why == nil:
		return fmt.Sprintf("%s: reply %q: %v", a.command, a.reply, a.kind)
	}
	return fmt.Sprintf("%s: reply %q: %v: %v", a.command, a.reply, a.kind, a.why)
}

func (a *answer) Unwrap() []error {
	if a.why == nil {
		return []error{a.kind}
	}
	return []error{a.kind, a.why}
}

// maxReason is how much of an answer stands in the reason of a reading that is missing.
const maxReason = 60

// reason is why there is no value.
func (a *answer) reason() string {
	text := strings.TrimSpace(a.reply)
	if len(text) > maxReason {
		text = text[:maxReason] + "..."
	}
	switch {
	case a.kind == ErrRefused:
		return "refused: " + text
	case text == "":
		return "an empty answer"
	case !printable(text):
		return fmt.Sprintf("% X", text)
	case a.why != nil && !errors.Is(a.why, errNotNumber):
		return fmt.Sprintf("%s: %v", text, a.why)
	}
	return text
}

// refused is the error of an instrument that understood and said no.
func refused(command, reply string) error { return &answer{command, reply, ErrRefused, nil} }

// unknownData is the error of data that is not known in a frame with a check or a head of its own; why may be nil.
func unknownData(command, data string, why error) error {
	return &answer{command, data, ErrGarbled, why}
}

// unknown is unknownData of a line of text without any check: there, what has neither letter nor digit is noise, and garbled.
func unknown(command, reply string, why error) error {
	if strings.TrimSpace(reply) != "" && !isWord(reply) {
		return garbled(command, reply, why)
	}
	return unknownData(command, reply, why)
}

// confirmNext tells a line that can be told that the last reply was not known: what came may be a line that the instrument says by itself, and the
// reply is still to come.
func confirmNext(port Port) {
	if p, ok := port.(interface{ ConfirmNext() }); ok {
		p.ConfirmNext()
	}
}

// isWord says whether s is printable and has a letter or a digit.
func isWord(s string) bool {
	return printable(s) && strings.ContainsFunc(s, func(c rune) bool {
		return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
	})
}

// known is r, or r without a value and why where err is what the instrument answered in place of it. Every other error stays one.
func known(r Reading, err error) (Reading, error) {
	var a *answer
	if !errors.As(err, &a) {
		return r, err
	}
	return Reading{Channel: r.Channel, Name: r.Name, Unit: r.Unit, Missing: a.reason()}, nil
}

// measured is r with a value, or missing as [known] says.
func measured(r Reading, value float64, err error) (Reading, error) {
	r.Value = value
	if err == nil {
		if no := check(r); no != nil {
			r.Value, r.Missing = 0, no.Error()
			return r, nil
		}
	}
	return known(r, err)
}

// asked is one reading of a Read that is asked by itself.
type asked func(context.Context) (Reading, error)

// readAll asks one after the other. The first error ends it.
func readAll(ctx context.Context, all ...asked) ([]Reading, error) {
	readings := make([]Reading, 0, len(all))
	for _, ask := range all {
		r, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}
