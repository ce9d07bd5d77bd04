package drivers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// terminated asks in terminated text (framing F1 of the protocol sheets): a command, an end, and a reply up to an end. Most
// instruments speak it. How a new model is written is in docs/adding-an-instrument.md.
//
// A driver has one call at a time, so a kit keeps its request buffer. Nothing here retries, logs or knows the time.
type terminated struct {
	port  Port
	start string          // before every command: address, prefix
	end   string          // after every command
	reply bufio.SplitFunc // nil = readLine

	request []byte
}

// ask sends a command and returns its reply without the end, as it came.
func (t *terminated) ask(ctx context.Context, command string) (string, error) {
	return t.askOn(ctx, t.port, command)
}

// askOn is ask on the port that Hold gave.
func (t *terminated) askOn(ctx context.Context, port Port, command string) (string, error) {
	split := t.reply
	if split == nil {
		split = readLine
	}
	reply, err := port.Transact(ctx, t.frame(command), split)
	if err != nil {
		return "", fmt.Errorf("%s: %w", command, err)
	}
	text := string(reply)
	if isEcho(command, text) || isEcho(t.start+command, text) {
		return "", garbled(command, text, errEcho)
	}
	return text, nil
}

// errEcho is the error of a reply that is no reply.
var errEcho = errors.New("the request itself; set echo=line in the port where it is echoed")

// isEcho says whether a reply is the request come back. A request of digits alone may be answered by the same number.
func isEcho(request, reply string) bool {
	if reply == "" || strings.TrimSpace(reply) != strings.TrimSpace(request) {
		return false
	}
	_, number := digitsOf(reply)
	return !number
}

// send sends a command that is not answered.
func (t *terminated) send(ctx context.Context, command string) error {
	if _, err := t.port.Transact(ctx, t.frame(command), nil); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	return nil
}

// expect sends a command that must be answered with want, blanks around it apart. Another printable answer is
// ErrRefused, noise is ErrGarbled.
func (t *terminated) expect(ctx context.Context, command, want string) error {
	reply, err := t.ask(ctx, command)
	if err != nil {
		return err
	}
	if strings.TrimSpace(reply) == want {
		return nil
	}
	if !printable(reply) {
		return garbled(command, reply, nil)
	}
	return refused(command, reply)
}

// number sends a command and returns the number that answers it, which is [normal].
func (t *terminated) number(ctx context.Context, command string) (float64, error) {
	reply, err := t.ask(ctx, command)
	if err != nil {
		return 0, err
	}
	v, err := normal(reply)
	if err != nil {
		return 0, t.unknown(command, reply, err)
	}
	return v, nil
}

// reading sends a command and returns r with the number that answers it times scale; missing with what came in its place.
func (t *terminated) reading(ctx context.Context, command string, r Reading, scale float64) (Reading, error) {
	v, err := t.number(ctx, command)
	return measured(r, v*scale, err)
}

// unknown is [unknown] of the last reply, which the line is told of.
func (t *terminated) unknown(command, reply string, why error) error {
	confirmNext(t.port)
	return unknown(command, reply, why)
}

// frame builds start, command, end in the buffer of t. It is good until the next frame.
func (t *terminated) frame(command string) []byte {
	t.request = append(t.request[:0], t.start...)
	t.request = append(t.request, command...)
	t.request = append(t.request, t.end...)
	return t.request
}

// garbled is the error of a reply that was not understood; why may be nil.
func garbled(command, reply string, why error) error {
	if why == nil {
		return fmt.Errorf("%s: reply %q: %w", command, reply, ErrGarbled)
	}
	return fmt.Errorf("%s: reply %q: %w: %w", command, reply, ErrGarbled, why)
}

// printable says whether s is text: at least one character, and all of it visible ASCII or blanks.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return s != ""
}
