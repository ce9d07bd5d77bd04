package pychron

import (
	"bytes"
	"time"
)

// How long a client is silent before a command that came without CR, LF or NUL counts as complete. Many small clients never send one, so
// silence has to end their commands; but a segment may come in two pieces, and "Open V1", a pause and "0\r\n" is not a command to open V1.
const (
	silence       = 50 * time.Millisecond   // after a text that nothing can follow
	longSilence   = 400 * time.Millisecond  // after one that may go on, as "Open V1" where there is a V10: a hasty client waits 0.5 s for its answer
	refuseSilence = 1200 * time.Millisecond // after one that may go on, of an address whose clients end their commands: Pychron's has repeated it after 1.0 s
)

// sentence is what a client sent up to an end.
type sentence struct {
	text string
	cut  bool // it came without an end and may be half a command: it is refused
}

// splitter joins segments and splits them into commands: at CR, LF and NUL, and where the client falls silent. Once a command of the
// connection had an end, nothing else ends one that may go on: neither silence, nor that the connection ends.
type splitter struct {
	whole  func(text string) bool // nothing that could follow makes another command of it
	before bool                   // on an earlier connection from the address a command had an end
	ends   bool                   // a command of this connection had one

	pending []byte
}

// deadline is when what came counts as complete, zero where nothing did or only an end can complete it.
func (s *splitter) deadline() time.Time {
	if len(s.pending) == 0 {
		return time.Time{}
	}
	limit := longSilence
	switch {
	case s.whole(string(s.pending)):
		limit = silence
	case s.ends:
		return time.Time{}
	case s.before:
		limit = refuseSilence
	}
	return time.Now().Add(limit)
}

// add gives the commands that are complete, without empty ones.
func (s *splitter) add(data []byte) (lines []sentence) {
	s.pending = append(s.pending, data...)
	for {
		end := bytes.IndexAny(s.pending, "\r\n\x00")
		if end < 0 {
			return lines
		}
		if text := strip(string(s.pending[:end])); text != "" {
			lines = append(lines, sentence{text: text})
			s.ends = true
		}
		s.pending = s.pending[end+1:]
	}
}

// silent is what came without an end, once the client was silent until the deadline.
func (s *splitter) silent() []sentence {
	return s.rest(s.before || s.ends)
}

// left is what came without an end before the client closed its side.
func (s *splitter) left() []sentence {
	return s.rest(s.ends)
}

// rest is what came without an end. Of a client that ends its commands it is cut, unless nothing could have followed it.
func (s *splitter) rest(ending bool) []sentence {
	text := strip(string(s.pending))
	cut := ending && !s.whole(string(s.pending))
	s.pending = nil
	if text == "" {
		return nil
	}
	return []sentence{{text, cut}}
}

// withoutEnd is the answer to what may be half a command.
func withoutEnd(text string) string {
	r := parse(text)
	return failure(errArguments, "invalid arguments: %s %s (it has no end of line, and your commands have)", r.name, shown(r.rest))
}
