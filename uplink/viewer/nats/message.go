package nats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxMessage is the greatest message that is read, in bytes.
const maxMessage = 8 << 20

// Header is what goes with a message: names and values of one line each.
type Header map[string]string

const version = "NATS/1.0"

// ErrHeader is wrapped by the error about a header that is more than its lines.
var ErrHeader = errors.New("header of a message")

func (h Header) check() error {
	for name, value := range h {
		if name == "" || strings.ContainsAny(name, ":\r\n") || strings.ContainsAny(value, "\r\n") {
			return fmt.Errorf("%w: %.40q: %.40q; it must be a name and a value of one line", ErrHeader, name, value)
		}
	}
	return nil
}

// append writes a header as it goes over the network: "NATS/1.0\r\nName: value\r\n\r\n".
func (h Header) append(to []byte) []byte {
	to = append(to, version+"\r\n"...)
	for name, value := range h {
		to = fmt.Appendf(to, "%s: %s\r\n", name, value)
	}
	return append(to, "\r\n"...)
}

// parseHeader reads a header. The status of a message of the server itself follows the version: "NATS/1.0 503".
func parseHeader(data []byte) (status int, h Header, err error) {
	first, rest, _ := bytes.Cut(data, []byte("\r\n"))
	after, ok := strings.CutPrefix(string(first), version)
	if !ok {
		return 0, nil, fmt.Errorf("a header that begins with %.40q; it must be %s", first, version)
	}
	if number, _, _ := strings.Cut(strings.TrimSpace(after), " "); number != "" {
		if status, err = strconv.Atoi(number); err != nil {
			return 0, nil, fmt.Errorf("status %.40q; it must be a number", number)
		}
	}
	h = Header{}
	for field := range strings.SplitSeq(string(rest), "\r\n") {
		if name, value, ok := strings.Cut(field, ":"); ok {
			h[name] = strings.TrimSpace(value)
		}
	}
	return status, h, nil
}

// lastHeader is the header that was read last: many messages in a row have the same.
type lastHeader struct {
	text   []byte
	status int
	header Header
}

func (l *lastHeader) parse(data []byte) (int, Header, error) {
	if len(data) > 0 && bytes.Equal(l.text, data) {
		return l.status, l.header, nil
	}
	status, header, err := parseHeader(data)
	if err == nil {
		l.text, l.status, l.header = append(l.text[:0], data...), status, header
	}
	return status, header, err
}

// readVerb reads one line and splits it after its first word.
func (c *Conn) readVerb() (verb, rest string, err error) {
	text, err := c.in.ReadSlice('\n')
	if err != nil {
		return "", "", err
	}
	verb, rest, _ = strings.Cut(strings.TrimSpace(string(text)), " ")
	return verb, rest, nil
}

// readMessage reads what follows "MSG subject id [reply] size" or "HMSG subject id [reply] size-of-header size-of-all".
func (c *Conn) readMessage(withHeader bool, rest string) (id string, m Message, err error) {
	var room [6]string
	words, sizes := room[:0], 1
	if withHeader {
		sizes = 2
	}
	for field := range strings.FieldsSeq(rest) {
		if len(words) == cap(words) {
			break
		}
		words = append(words, field)
	}
	if len(words) != 2+sizes && len(words) != 3+sizes {
		return "", m, fmt.Errorf("a message of the server begins with %.80q", rest)
	}
	m.Subject = words[0]
	if len(words) == 3+sizes {
		m.Reply = words[2]
	}
	total, err := strconv.ParseUint(words[len(words)-1], 10, 32)
	header := uint64(0)
	if withHeader && err == nil {
		header, err = strconv.ParseUint(words[len(words)-2], 10, 32)
	}
	if err != nil || total > maxMessage || header > total {
		return "", m, fmt.Errorf("a message of the server has the sizes %.80q; they must be at most %d", rest, maxMessage)
	}
	data := make([]byte, total+2) // and the end of the line
	if _, err := io.ReadFull(c.in, data); err != nil {
		return "", m, err
	}
	if withHeader {
		m.Status, m.Header, err = c.last.parse(data[:header])
	}
	m.Body = slices.Clip(data[header:total])
	return words[1], m, err
}

// Publish publishes a message. reply is where an answer is to go, "" for nowhere. It does not wait for anything but the network.
func (c *Conn) Publish(subject, reply string, h Header, body []byte) error {
	if err := c.Queue(subject, reply, h, body); err != nil {
		return err
	}
	return c.Flush()
}

// Queue is Publish of one of many messages: it is sent with the next one that is published, or by Flush.
func (c *Conn) Queue(subject, reply string, h Header, body []byte) error {
	if err := h.check(); err != nil {
		return err
	}
	if reply != "" {
		reply += " "
	}
	before, header := fmt.Sprintf("PUB %s %s%d\r\n", subject, reply, len(body)), []byte{}
	if len(h) > 0 {
		header = h.append(nil)
		before = fmt.Sprintf("HPUB %s %s%d %d\r\n", subject, reply, len(header), len(header)+len(body))
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	c.put(before, header, body)
	return c.Err()
}

// keptHeader reads a header as the server keeps it; none where there is none.
func keptHeader(data []byte) (Header, error) {
	if len(data) == 0 {
		return nil, nil
	}
	_, h, err := parseHeader(data)
	return h, err
}
