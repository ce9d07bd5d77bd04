package buffer

import (
	"strconv"
	"time"
)

// framed is the JSON of what events have in common, in the pieces between what is their own. It takes some 300 bytes for each kind of event,
// which is each channel, and saves half of what the JSON of an event costs.
type framed struct {
	text string
	ends [3]uint16 // of the first three of its four pieces
}

// notFramed is that of what one event was encoded of: its second one makes the pieces. Most of what happens only once never has a second.
var notFramed framed

// frame gives the pieces, nil for the first event that asks.
func (c *common) frame(e *Event) *framed {
	f := c.json.Load()
	switch {
	case f == nil:
		c.json.Store(&notFramed)
		return nil
	case f != &notFramed:
		return f
	}
	f = new(framed)
	var text []byte
	for n, add := range [...]func([]byte, *Event) []byte{appendMetric, appendLabelled, appendOrigin} {
		text = add(text, e)
		f.ends[n] = uint16(len(text)) // a ring keeps no event of longer texts
	}
	f.text = string(appendSubject(text, e))
	c.json.Store(f)
	return f
}

// AppendJSON is [AppendJSON] of event n of those that Next gave last, counted from 0.
func (f *Follower) AppendJSON(dst []byte, n int) []byte {
	e := &f.batch[:cap(f.batch)][n]
	pieces := f.whats[n].frame(e)
	if pieces == nil {
		return AppendJSON(dst, e)
	}
	text, ends := pieces.text, pieces.ends
	dst = append(dst, timestampKey...)
	dst = f.second.append(dst, e.Time)
	dst = append(dst, text[:ends[0]]...)
	dst = appendValue(dst, e)
	dst = append(dst, text[ends[0]:ends[1]]...)
	dst = append(dst, e.Bound.String()...)
	dst = append(dst, text[ends[1]:ends[2]]...)
	dst = strconv.AppendUint(dst, e.Seq, 10)
	dst = append(dst, upKey...)
	dst = appendSeconds(dst, e.Up)
	dst = append(dst, text[ends[2]:]...)
	return appendNote(dst, e)
}

// second is the text of one second, which many events have in common.
type second struct {
	unix int64
	text [20]byte // up to the point; none begins with 0
}

// append is [appendTime].
func (s *second) append(dst []byte, t time.Time) []byte {
	if s.text[0] == 0 || t.Unix() != s.unix {
		before := len(dst)
		dst = appendTime(dst, t)
		if unix := t.Unix(); unix > 0 && len(dst) > before { // before 1970 there is a second with a time that has no text
			s.unix = unix
			copy(s.text[:], dst[before:])
		}
		return dst
	}
	return append(digits6(append(dst, s.text[:]...), t.Nanosecond()/1000), 'Z')
}
