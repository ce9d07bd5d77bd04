package line

import "bytes"

// maxUnasked is the longest line that comes unasked; longer ones are noise.
const maxUnasked = 4096

// collector puts lines that come unasked together and gives them to the hook. A line whose beginning is not there is dropped: "3.45"
// is the end of "123.45" where the line was opened in the middle of it.
type collector struct {
	separator []byte
	hook      func(line []byte)
	part      []byte
	torn      bool // what comes up to the next separator may be the end of a line
	silent    bool // nothing came since the line was opened
}

// add takes bytes that belong to no reply.
func (c *collector) add(b []byte) {
	rest := c.whole(b)
	if c.part = append(c.part, rest...); len(c.part) > maxUnasked {
		c.tear()
	}
}

// whole gives the whole lines in b, which follows what was added, to the hook and returns what is left of it, in the same memory.
func (c *collector) whole(b []byte) []byte {
	rest := b
	c.silent = c.silent && len(b) == 0
	for {
		text, after, found := bytes.Cut(rest, c.separator)
		if !found {
			break
		}
		c.part = append(c.part, text...)
		c.end()
		rest = after
	}
	if len(rest) > maxUnasked {
		c.tear()
		rest = nil
	}
	return append(b[:0], rest...)
}

// end ends the line that was added.
func (c *collector) end() {
	line, torn := c.part, c.torn
	c.part, c.torn = c.part[:0], false
	if end := c.separator[len(c.separator)-1]; end == '\r' || end == '\n' {
		line = bytes.TrimRight(line, "\r\n")
	}
	if len(line) > 0 && !torn {
		c.hook(line)
	}
}

// tear drops the line that was added, and the rest of it that is to come.
func (c *collector) tear() { c.part, c.torn, c.silent = c.part[:0], true, false }

// quiet notes that nothing came for some time. If nothing did since the line was opened, what comes now is the beginning of a line.
func (c *collector) quiet() { c.torn = c.torn && !c.silent }
