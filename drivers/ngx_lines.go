package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"pychron-edge/lazyregexp"
)

// ngxLines is the talk with an NGX: one line for a request, one for its reply, and events between them.
type ngxLines struct {
	port     Port
	user     string
	password func() (string, error)
	logged   bool
}

var (
	ngxCode  = lazyregexp.New(`^E\d\d$`)
	ngxClock = lazyregexp.New(`^\d\d:\d\d:\d\d(\.\d{1,6})?$`)
)

// ngxErrors are what the codes mean.
var ngxErrors = map[string]string{
	"E01": "invalid command", "E02": "invalid parameter", "E03": "out of range", "E04": "invalid mnemonic", "E05": "missing parameters",
	"E20": "aborted by the system", "E21": "aborted by the user", "E30": "hardware missing", "E31": "hardware fault", "E32": "timeout",
	"E40": "available", "E41": "busy", "E42": "access denied", "E43": "not available", "E44": "no results", "E45": "unit not in trip state",
	"E99": "unknown error",
}

const ngxDone = "E00"

// readNGXLine finds the next line in data: without CR and one trailing "#". n is 0 while there is none.
func readNGXLine(data []byte) (n int, text []byte) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		return 0, nil
	}
	return end + 1, bytes.TrimSuffix(bytes.TrimRight(data[:end], "\r"), []byte("#"))
}

// The split functions: what may come first and is skipped. An event is skipped by all; it goes to who listens for it.
var (
	ngxCommand = ngxReply(func(text []byte) bool { return false })
	ngxQuery   = ngxReply(func(text []byte) bool { return string(text) == ngxDone })                         // of a valve action before
	ngxLogIn   = ngxReply(func(text []byte) bool { return !ngxCode.Match(text) && printable(string(text)) }) // the greeting
)

// ngxReply is one line, after empty ones, events and those that skipped reports.
func ngxReply(skipped func(text []byte) bool) func([]byte, bool) (int, []byte, error) {
	return func(data []byte, _ bool) (int, []byte, error) {
		n, text := readNGXLine(data)
		switch {
		case n == 0:
			return more(data)
		case len(text) == 0 || bytes.HasPrefix(text, []byte("#EVENT:")) || skipped(text):
			return n, nil, nil
		}
		return n, text, nil
	}
}

// logIn logs in once on a connection: "Login a,b" 0D 0A -> "E00" 0D 0A, perhaps after the greeting.
func (l *ngxLines) logIn(ctx context.Context) error {
	if l.logged || l.user == "" {
		return nil
	}
	password, err := l.password()
	if err != nil {
		return fmt.Errorf("log in as %s: %w", l.user, err)
	}
	reply, err := l.port.Transact(WithSecret(ctx, password), []byte("Login "+l.user+","+password+"\r\n"), ngxLogIn)
	if err == nil {
		err = ngxVerdict("Login", string(reply), "")
	}
	if errors.Is(err, ErrRefused) { // it concerns everything that is asked
		err = fmt.Errorf("%w: %v", ErrRefused, err)
	}
	if err != nil {
		return fmt.Errorf("log in as %s: %w", l.user, err)
	}
	l.logged = true
	return nil
}

// ngxVerdict is nil for E00 and for the code that is as good, ErrRefused for the other codes.
func ngxVerdict(command, reply, good string) error {
	switch {
	case reply == ngxDone, good != "" && reply == good:
		return nil
	case ngxCode.MatchString(reply):
		return refused(command, strings.TrimSpace(reply+" "+ngxErrors[reply]))
	}
	return garbled(command, reply, nil)
}

// unknown is [unknown] of the last reply, which the line is told of.
func (l *ngxLines) unknown(command, reply string, why error) error {
	confirmNext(l.port)
	return unknown(command, reply, why)
}

// ask sends a query and returns its reply. A code is a refusal; after "access denied" the next query logs in again.
func (l *ngxLines) ask(ctx context.Context, command string) (string, error) {
	return l.transact(ctx, command, ngxQuery)
}

// command sends a command that must be answered by E00, or by good, a code that means success too.
func (l *ngxLines) command(ctx context.Context, command, good string) error {
	reply, err := l.transact(ctx, command, ngxCommand)
	if err == nil {
		err = ngxVerdict(command, reply, good)
	}
	return err
}

// insist is command for what is sent even when the log-in failed.
func (l *ngxLines) insist(ctx context.Context, command string) error {
	denied := l.logIn(ctx)
	if ctx.Err() != nil {
		return denied
	}
	reply, err := l.exchange(ctx, command, ngxCommand)
	if err == nil {
		err = ngxVerdict(command, reply, "")
	}
	if err != nil {
		return errors.Join(denied, err)
	}
	return nil
}

func (l *ngxLines) transact(ctx context.Context, command string, split func([]byte, bool) (int, []byte, error)) (string, error) {
	if err := l.logIn(ctx); err != nil {
		return "", err
	}
	return l.exchange(ctx, command, split)
}

// exchange sends a command and returns its reply, refusals apart.
func (l *ngxLines) exchange(ctx context.Context, command string, split func([]byte, bool) (int, []byte, error)) (string, error) {
	reply, err := l.port.Transact(ctx, []byte(command+"\r\n"), split)
	if err != nil {
		return "", fmt.Errorf("%s: %w", command, err)
	}
	text := string(reply)
	if isEcho(command, text) {
		return "", garbled(command, text, errEcho)
	}
	if text == "E42" {
		l.logged = false
		return "", fmt.Errorf("%s: %w: %s %s", command, ErrRefused, text, ngxErrors[text])
	}
	if code := ngxCode.MatchString(text); code && text != ngxDone && text != "E43" {
		return "", ngxVerdict(command, text, "")
	}
	return text, nil
}
