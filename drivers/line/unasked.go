package line

import "bytes"

// maxUnasked is the longest line that comes unasked; longer ones are noise.
const maxUnasked = 4096

// collector puts lines that come unasked together and gives them to the hook.
type collector struct {
	separator []byte
	hook      func(line []byte)
	part      []byte
}

// add takes bytes that belong to no reply.
func (c *collector) add(b []byte) {
	c.part = c.whole(append(c.part, b...))
	if len(c.part) > maxUnasked {
		c.part = c.part[:0]
	}
}

// whole gives the whole lines in b to the hook and returns what is left of it, in the same memory.
func (c *collector) whole(b []byte) []byte {
	rest := b
	for {
		text, after, found := bytes.Cut(rest, c.separator)
		if !found {
			break
		}
		if text = bytes.TrimRight(text, "\r\n"); len(text) > 0 {
			c.hook(text)
		}
		rest = after
	}
	if len(rest) > maxUnasked {
		rest = nil
	}
	return append(b[:0], rest...)
}
