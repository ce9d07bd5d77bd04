package drivers

import "strings"

var _ Listener = (*ascii)(nil)

// Unasked takes a line that comes unasked: of a balance "ST,+00012.34  g" 0D, of a gauge that sends a frame every 20 ms. Those of
// its readings that match are in it; a wrong checksum drops it.
func (a *ascii) Unasked(line []byte) []Reading {
	text, ok := a.unaskedText(line)
	if !ok {
		return nil
	}
	var readings []Reading
	for i := range a.unasked {
		if r, err := a.unasked[i].of(text, spokenUnit{}); err == nil {
			readings = append(readings, r)
			a.heard[i] = true
		}
	}
	return readings
}

// unheard are the readings that have not come yet. Those that have are no part of a Read: they grow old by themselves.
func (a *ascii) unheard() []Reading {
	var readings []Reading
	for i := range a.unasked {
		if !a.heard[i] {
			readings = append(readings, a.unasked[i].missing("has not come yet"))
		}
	}
	return readings
}

// unaskedText is a line without checksum, one character a byte.
func (a *ascii) unaskedText(line []byte) (string, bool) {
	if c := a.options.Checksum; c.ofReplies() {
		opened, err := c.opened(line, "")
		if err != nil {
			return "", false
		}
		line = opened
	}
	text := charactersOf(line)
	if a.options.unaskedEnd() == "\n" {
		text = strings.TrimRight(text, "\r")
	}
	return text, true
}

// comesUnasked says whether a reply is a line of those.
func (a *ascii) comesUnasked(line []byte) bool {
	text, ok := a.unaskedText(line)
	if !ok {
		return false
	}
	for i := range a.unasked {
		if a.unasked[i].pattern.MatchString(text) {
			return true
		}
	}
	return false
}
