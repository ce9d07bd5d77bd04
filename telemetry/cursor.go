package telemetry

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// appendCursor appends the text that readers keep positions in: "<boot>.<audit>.<readings>.<ingest>".
func appendCursor(dst []byte, boot string, p buffer.Positions) []byte {
	dst = append(dst, boot...)
	for _, n := range [...]uint64{p.Audit, p.Readings, p.Ingest} {
		dst = strconv.AppendUint(append(dst, '.'), n, 10)
	}
	return dst
}

func cursorText(boot string, p buffer.Positions) string { return string(appendCursor(nil, boot, p)) }

// parseCursor reads a cursor. again is true when it is of another boot, or beyond now: then the reader starts over from the zero
// positions, and the answer must say so.
func parseCursor(text, boot string, now buffer.Positions) (p buffer.Positions, again bool, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return p, false, bad("cursor %q must be <boot>.<audit>.<readings>.<ingest> as it was given in an id", cut(text))
	}
	for i, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		n, err := strconv.ParseUint(parts[i+1], 10, 64)
		if err != nil {
			return p, false, bad("cursor %q: %q is no position; must be whole numbers", cut(text), cut(parts[i+1]))
		}
		*p.Of(lane) = n
		again = again || n > *now.Of(lane)
	}
	if again || parts[0] != boot {
		return buffer.Positions{}, true, nil
	}
	return p, false, nil
}

// cleared is where the events shown begin, after they were cleared. The zero value is before everything.
type cleared struct {
	mu    sync.Mutex
	after buffer.Positions
	at    time.Time
}

func (c *cleared) set(after buffer.Positions, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.after, c.at = after, at
}

// from is the later of p and the clear mark, lane by lane.
func (c *cleared) from(p buffer.Positions) buffer.Positions {
	c.mu.Lock()
	defer c.mu.Unlock()
	return buffer.Positions{Audit: max(p.Audit, c.after.Audit), Readings: max(p.Readings, c.after.Readings), Ingest: max(p.Ingest, c.after.Ingest)}
}

// since is the later of t and the time of the clear mark.
func (c *cleared) since(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.After(t) {
		return c.at
	}
	return t
}
