package intake

import (
	"bytes"
	"cmp"
	"errors"
	"hash/maphash"
	"math"
	"slices"
	"strconv"

	"pychron-edge/buffer"
)

// sample is one line of a page. Its bytes are those of the page, valid until the next line is read.
type sample struct {
	name   []byte
	labels []label
	value  float64
}

// label is one label of a sample, its value without escapes.
type label struct{ name, value []byte }

var errForm = errors.New("it is no page of metrics")

// parse reads a line such as
//
//	pychron_run_started_total{queue="FC-12 \"a\"",run_id="6f0e"} 1.0
//
// s keeps its memory from one line to the next.
func (s *sample) parse(text []byte) error {
	s.labels = s.labels[:0]
	end := bytes.IndexAny(text, "{ \t")
	if end <= 0 || !isName(text[:end]) {
		return errForm
	}
	s.name, text = text[:end], text[end:]
	if text[0] == '{' {
		rest, ok := s.parseLabels(text[1:])
		if !ok {
			return errForm
		}
		text = rest
	}
	fields := bytes.Fields(text)
	if len(fields) == 0 {
		return errForm
	}
	value, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil {
		return errForm
	}
	s.value = value
	slices.SortFunc(s.labels, func(a, b label) int { return bytes.Compare(a.name, b.name) })
	return nil
}

// parseLabels reads up to the closing brace and gives what follows it.
func (s *sample) parseLabels(text []byte) (rest []byte, ok bool) {
	for {
		text = bytes.TrimLeft(text, ", \t")
		if len(text) > 0 && text[0] == '}' {
			return text[1:], true
		}
		name, after, found := bytes.Cut(text, []byte("="))
		name, after = bytes.TrimSpace(name), bytes.TrimLeft(after, " \t")
		if !found || !isName(name) || len(after) == 0 || after[0] != '"' {
			return nil, false
		}
		value, after, ok := quoted(after[1:])
		if !ok {
			return nil, false
		}
		s.labels = append(s.labels, label{name, value})
		text = after
	}
}

// quoted is the text up to the closing quotation mark, without escapes, and what follows it.
func quoted(text []byte) (value, rest []byte, ok bool) {
	end := bytes.IndexAny(text, `"\`)
	if end >= 0 && text[end] == '"' {
		return text[:end], text[end+1:], true
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return value, text[i+1:], true
		case c == '\\' && i+1 < len(text):
			i++
			value = append(value, cmp.Or(escapes[text[i]], text[i]))
		default:
			value = append(value, c)
		}
	}
	return nil, nil, false
}

var escapes = map[byte]byte{'n': '\n'}

func isName(text []byte) bool {
	for i, c := range text {
		if !(c == '_' || c == ':' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return len(text) > 0
}

// key is the hash of a series: the name it has without its suffix, and its labels.
func (s *sample) key(seed maphash.Seed, base []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	h.Write(base)
	for _, l := range s.labels {
		h.WriteByte(0)
		h.Write(l.name)
		h.WriteByte(0)
		h.Write(l.value)
	}
	return h.Sum64()
}

// copied is the labels in memory of their own.
func (s *sample) copied() buffer.Labels {
	pairs := make([]string, 0, 2*len(s.labels))
	for _, l := range s.labels {
		pairs = append(pairs, string(l.name), string(l.value))
	}
	return buffer.MakeLabels(pairs...)
}

// counts reports whether a value can be that of a counter.
func counts(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }
