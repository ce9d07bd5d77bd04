package drivers

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strings"
)

// frame builds start, command, checksum and end in the buffer of a. It is good until the next frame.
func (a *ascii) frame(command string) []byte {
	o := &a.options
	a.request = append(append(a.request[:0], o.Start...), command...)
	switch c := o.Checksum; {
	case c == nil || c.Requests == "none":
		a.request = append(a.request, o.End...)
	case c.AfterEnd:
		a.request = append(a.request, o.End...)
		a.request = append(a.request, c.of(a.request, c.Skip)...)
	default:
		a.request = append(a.request, c.of(a.request, c.Skip)...)
		a.request = append(a.request, o.End...)
	}
	return a.request
}

// ask makes an exchange and returns the reply without end and checksum, one character a byte. A refusal is ErrRefused, with the reply.
func (a *ascii) ask(ctx context.Context, command string, length int) (string, error) {
	return a.askOn(ctx, a.port, command, length)
}

func (a *ascii) askOn(ctx context.Context, port Port, command string, length int) (string, error) {
	if a.options.Handshake == "enq" {
		var text string
		err := port.Hold(ctx, func(port Port) (err error) {
			if text, err = a.acknowledged(ctx, port, command); err == nil {
				text, err = a.reply(ctx, port, command, enquiry, length)
			}
			return err
		})
		return text, err
	}
	return a.reply(ctx, port, command, a.frame(command), length)
}

// acknowledged sends a request that is answered by ACK: "PR1" 0D -> 06 0D 0A. NAK (15) is ErrRefused, with its name.
func (a *ascii) acknowledged(ctx context.Context, port Port, command string) (string, error) {
	reply, err := port.Transact(ctx, a.frame(command), acknowledgement)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q: %w", command, err)
	case reply[0] != ack:
		return "NAK", refused(command, "NAK")
	}
	return "", nil
}

// reply sends a request and opens what answers it.
func (a *ascii) reply(ctx context.Context, port Port, command string, request []byte, length int) (string, error) {
	raw, err := port.Transact(ctx, request, a.split(length))
	if err != nil {
		return "", fmt.Errorf("%q: %w", command, err)
	}
	if c := a.options.Checksum; c.ofReplies() {
		opened, err := c.opened(raw, a.endInside(length))
		if err != nil {
			return "", garbled(command, string(raw), err)
		}
		raw = opened
	}
	text := charactersOf(raw)
	if a.refusal != nil && a.refusal.MatchString(text) {
		return text, refused(command, text)
	}
	return text, nil
}

// endInside is the end of a reply that a checksum follows: it is still part of what was received then.
func (a *ascii) endInside(length int) string {
	if o := &a.options; o.Checksum.AfterEnd && length == 0 && o.ReplyLength == 0 && o.ReplyCount == nil {
		return string(o.ReplyEnd)
	}
	return ""
}

// split finds the end of a reply. Lines that come unasked meanwhile are left to who takes them.
func (a *ascii) split(length int) bufio.SplitFunc {
	start, end := string(a.options.ReplyStart), a.endOfReply(length)
	reply := begins(start, end)
	if len(a.unasked) == 0 {
		return reply
	}
	return func(data []byte, atEOF bool) (int, []byte, error) {
		if n := a.unaskedInFront(data); n != 0 && !bytes.HasPrefix(data, []byte(start)) {
			return max(n, 0), nil, nil
		}
		n, token, err := reply(data, atEOF)
		if token != nil && a.comesUnasked(token) {
			return n, nil, nil
		}
		return n, token, err
	}
}

// unaskedInFront is how long the line is that came unasked before a reply, with its end; -1 while it has no end, 0 if there is none.
func (a *ascii) unaskedInFront(data []byte) int {
	if len(bytes.TrimLeft(data, "\r\n")) == 0 {
		return 0
	}
	line, _, found := bytes.Cut(data, []byte(a.options.unaskedEnd()))
	switch {
	case !found && len(data) <= maxReply:
		return -1
	case found && a.comesUnasked(line):
		return len(line) + len(a.options.unaskedEnd())
	}
	return 0
}

func (a *ascii) endOfReply(length int) bufio.SplitFunc {
	o := &a.options
	if length == 0 {
		length = o.ReplyLength
	}
	switch c := o.Checksum; {
	case length > 0:
		return exactly(length)
	case o.ReplyCount != nil:
		return counted(*o.ReplyCount)
	case c.ofReplies() && c.AfterEnd:
		return untilAnd(string(o.ReplyEnd), c.width())
	case c.ofReplies() && strings.HasPrefix(c.Form, "binary"):
		return c.untilRight(a.endOfText(), a.endsText)
	}
	return a.endOfText()
}

// endsText is how long the end of a reply is that data begins with; 0 if it begins with none.
func (a *ascii) endsText(data []byte) int {
	end := string(a.options.ReplyEnd)
	switch {
	case end != "" && strings.HasPrefix(string(data), end):
		return len(end)
	case end == "" && len(data) > 0 && (data[0] == '\r' || data[0] == '\n'):
		return 1
	}
	return 0
}

// endOfText is the end of a reply that has one.
func (a *ascii) endOfText() bufio.SplitFunc {
	if a.options.ReplyEnd == "" {
		return readLine
	}
	return until(string(a.options.ReplyEnd))
}

// begins refuses what does not begin with start, the rest of an earlier line's end apart.
func begins(start string, split bufio.SplitFunc) bufio.SplitFunc {
	if start == "" {
		return split
	}
	return func(data []byte, atEOF bool) (int, []byte, error) {
		if len(data) > 0 && data[0] != start[0] && (data[0] == '\r' || data[0] == '\n') {
			return 1, nil, nil
		}
		if n := min(len(start), len(data)); string(data[:n]) != start[:n] {
			return 0, nil, fmt.Errorf("%w: % X does not begin with % X", ErrGarbled, data, start)
		}
		return split(data, atEOF)
	}
}

// counted is a reply that says how long it is.
func counted(c ASCIICount) bufio.SplitFunc {
	return func(data []byte, atEOF bool) (int, []byte, error) {
		if len(data) <= c.At {
			return 0, nil, nil
		}
		return exactly(c.At+1+int(data[c.At])+c.More)(data, atEOF)
	}
}

// untilAnd ends a reply with the bytes after an end, both of which are part of it.
func untilAnd(end string, after int) bufio.SplitFunc {
	return func(data []byte, _ bool) (int, []byte, error) {
		at := bytes.Index(data, []byte(end))
		if at < 0 {
			return more(data)
		}
		n := at + len(end) + after
		if len(data) < n {
			return 0, nil, nil
		}
		return n, data[:n:n], nil
	}
}

// selectAndAsk makes the exchange of a request, after the one that selects what it asks for, with the line held over both.
func (a *ascii) selectAndAsk(ctx context.Context, q *asciiRequest) (text string, err error) {
	if q.selects == "" {
		return a.ask(ctx, q.command, q.length)
	}
	return a.selectThenAsk(ctx, q)
}

// selectThenAsk is selectAndAsk of a request that is selected first.
func (a *ascii) selectThenAsk(ctx context.Context, q *asciiRequest) (text string, err error) {
	err = a.port.Hold(ctx, func(port Port) error {
		if q.selected == nil {
			if err := a.sendOn(ctx, port, q.selects); err != nil {
				return err
			}
		} else if text, err = a.askOn(ctx, port, q.selects, 0); err != nil {
			return err
		} else if !q.selected.MatchString(text) {
			return a.notSelected(q.selects, text)
		}
		text, err = a.askOn(ctx, port, q.command, q.length)
		return err
	})
	return text, err
}

// notSelected is the error of an answer to select that is another one than wanted. One that is text concerns what is selected alone.
func (a *ascii) notSelected(command, text string) error {
	if isWord(text) {
		return garbled(command, text, errUnclear)
	}
	return garbled(command, text, nil)
}

// sendOn sends a request that is not answered, or by ACK only.
func (a *ascii) sendOn(ctx context.Context, port Port, command string) error {
	if a.options.Handshake == "enq" {
		_, err := a.acknowledged(ctx, port, command)
		return err
	}
	if _, err := port.Transact(ctx, a.frame(command), nil); err != nil {
		return fmt.Errorf("%q: %w", command, err)
	}
	return nil
}

// does sends a request for its effect; answer is the pattern of its reply, "" if there is none.
func (a *ascii) does(ctx context.Context, command, answer string) error {
	if answer == "" {
		return a.sendOn(ctx, a.port, command)
	}
	reply, err := a.ask(ctx, command, 0)
	if err != nil {
		return err
	}
	if want, err := wholeReply(answer); err != nil || !want.MatchString(reply) {
		return garbled(command, reply, err)
	}
	return nil
}
