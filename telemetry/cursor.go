package telemetry

import (
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// mark is where the events shown begin, after they were cleared.
type clearMark struct {
	after buffer.Positions
	at    time.Time // zero = never cleared
}

// placeText is a place as it is given away: "<boot>.<audit>.<readings>.<ingest>".
func (s *Server) cursorText(p buffer.Positions) string { return string(appendCursor(nil, s.Boot, p)) }

func appendCursor(dst []byte, boot string, p buffer.Positions) []byte {
	dst = append(dst, boot...)
	for _, n := range [...]uint64{p.Audit, p.Readings, p.Ingest} {
		dst = strconv.AppendUint(append(dst, '.'), n, 10)
	}
	return dst
}

// parsePlace reads a place. again is true when it is from another boot, or beyond anything appended here: then the
// reader starts over, and must be told.
func (s *Server) parseCursor(text string) (p buffer.Positions, again bool, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return p, false, bad("place %q; allowed is <boot>.<audit>.<readings>.<ingest> as it was given in an id", cut(text))
	}
	now := s.Lanes.Now()
	for i, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		n, err := strconv.ParseUint(parts[i+1], 10, 64)
		if err != nil {
			return p, false, bad("place %q: %q is no position; allowed are whole numbers", cut(text), cut(parts[i+1]))
		}
		*p.Of(lane) = n
		again = again || n > *now.Of(lane)
	}
	if again || parts[0] != s.Boot {
		return buffer.Positions{}, true, nil
	}
	return p, false, nil
}

// shownFrom is the later, lane by lane, of a place and the mark.
func (s *Server) shownFrom(p buffer.Positions) buffer.Positions {
	s.mu.Lock()
	defer s.mu.Unlock()
	return buffer.Positions{
		Audit: max(p.Audit, s.clearMark.after.Audit), Readings: max(p.Readings, s.clearMark.after.Readings),
		Ingest: max(p.Ingest, s.clearMark.after.Ingest),
	}
}

// shownSince is the later of a time and that of the mark.
func (s *Server) shownSince(t time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clearMark.at.After(t) {
		return s.clearMark.at
	}
	return t
}
