package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (a *ascii) take(received []byte) (int, []byte) {
	text := string(received)
	best, waits := "", false
	for _, d := range a.dialogues {
		for _, send := range d.sends {
			if strings.HasPrefix(text, send) && len(send) > len(best) {
				best = send
			}
			waits = waits || strings.HasPrefix(send, text)
		}
	}
	if best != "" {
		return len(best), []byte(a.answer(best))
	}
	for _, p := range a.patterns {
		n, more := p.length(text)
		if n > 0 {
			a.asked = nil
			delete(a.set, p.control)
			if p.exact {
				a.set[p.control] = p.value
			} else if p.after != "" {
				a.written[p.control] = text[len(p.before) : n-len(p.after)]
			}
			return n, []byte(p.reply)
		}
		waits = waits || more
	}
	if waits {
		return 0, nil
	}
	if _, rest, ok := strings.Cut(text, a.end); ok && a.end != "" {
		return len(text) - len(rest), nil // for somebody else
	}
	return 0, nil
}

// length is that of a set at the beginning of text, 0 if there is none; more says that it may become one.
func (p pattern) length(text string) (n int, more bool) {
	rest, ok := strings.CutPrefix(text, p.before)
	switch {
	case !ok:
		return 0, strings.HasPrefix(p.before, text)
	case p.after == "":
		if len(rest) >= p.tail {
			return len(p.before) + p.tail, false
		}
	default:
		if i := strings.Index(rest, p.after); i == 0 || i > 0 && !p.exact {
			return len(p.before) + i + len(p.after), false
		}
	}
	return 0, true
}

// answer is the reply to a request: of the dialogue that goes on with it, else of one that begins with it.
func (a *ascii) answer(send string) string {
	a.asked = append(a.asked, send)
	d := a.best()
	if d == nil && len(a.asked) > 1 {
		a.asked = []string{send}
		d = a.best()
	}
	if d == nil {
		return a.anywhere(send)
	}
	if d.control != "" {
		a.set[d.control] = d.value
		delete(a.written, d.control)
	}
	return a.asWritten(d, d.replies[len(a.asked)-1])
}

var decimalNumber = regexp.MustCompile(`[-+]?[0-9]+(\.[0-9]+)?`)

// asWritten puts what was set into the reply that reads it, where that is the same number in text.
func (a *ascii) asWritten(d *dialogue, reply string) string {
	for control, text := range a.written {
		read, err := strconv.ParseFloat(d.reads[control], 64)
		if err != nil || a.checked {
			continue
		}
		for _, at := range decimalNumber.FindAllStringIndex(reply, -1) {
			if n, err := strconv.ParseFloat(reply[at[0]:at[1]], 64); err == nil && n == read {
				reply = reply[:at[0]] + text + reply[at[1]:]
				break
			}
		}
	}
	return reply
}

// best is the dialogue that begins with what was asked: one that shows what was set, else the first.
func (a *ascii) best() *dialogue {
	var first *dialogue
	for i := range a.dialogues {
		d := &a.dialogues[i]
		if len(d.sends) < len(a.asked) || !slices.Equal(d.sends[:len(a.asked)], a.asked) {
			continue
		}
		if first == nil {
			first = d
		}
		for control, value := range a.set {
			if text, ok := d.reads[control]; ok && shows(text, value) {
				return d
			}
		}
	}
	return first
}

// anywhere is the reply to a request that a dialogue has in its middle.
func (a *ascii) anywhere(send string) string {
	for _, d := range a.dialogues {
		if i := slices.Index(d.sends, send); i >= 0 {
			return d.replies[i]
		}
	}
	return ""
}

// shows says whether the text of a reading is a value.
func shows(text string, value float64) bool {
	var n float64
	err := json.Unmarshal([]byte(text), &n)
	return err == nil && n == value
}

func (a *ascii) speak() []byte {
	if len(a.speaks) == 0 || a.plant.elapsed-a.spoken < unaskedEvery {
		return nil
	}
	a.spoken = a.plant.elapsed
	text := a.speaks[0]
	a.speaks = append(a.speaks[1:], text)
	if a.unaskedEnd == "\n" {
		return []byte(text + a.unaskedEnd)
	}
	return []byte(a.unaskedEnd + text + a.unaskedEnd)
}
