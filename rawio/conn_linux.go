package rawio

import (
	"io"
	"net"
	"os"
	"syscall"
)

// Conn is a connection that is read and written so. One goroutine at a time reads, and one writes.
type Conn struct {
	net.Conn
	in  *Reader
	out half
}

// Reader reads what is pollable. One goroutine at a time reads.
type Reader struct{ half }

// NewReader makes the Reader of a descriptor in non-blocking mode.
func NewReader(raw syscall.RawConn) *Reader {
	r := &Reader{half{raw: raw}}
	r.step = r.with(Read)
	return r
}

// Read waits for bytes, at most until the read deadline. It is io.EOF at the end.
func (r *Reader) Read(b []byte) (int, error) {
	r.b = b
	err := r.raw.Read(r.step)
	r.b = nil
	switch {
	case err != nil:
		return 0, err
	case r.err != nil:
		return 0, os.NewSyscallError("read", r.err)
	case r.n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	return r.n, nil
}

// half is one direction. step is made once, so that a call allocates nothing.
type half struct {
	raw  syscall.RawConn
	b    []byte
	n    int
	err  error
	step func(fd uintptr) (done bool)
}

// New makes a Conn of a TCP connection. A connection of another kind is returned as it is.
func New(c net.Conn) net.Conn {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return c
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return c
	}
	q := &Conn{Conn: c, in: NewReader(raw), out: half{raw: raw}}
	q.out.step = q.out.with(Write)
	return q
}

func (h *half) with(f func(uintptr, []byte) (int, error)) func(uintptr) bool {
	return func(fd uintptr) bool {
		h.n, h.err = f(fd, h.b)
		return h.err != syscall.EAGAIN
	}
}

// Read implements [net.Conn].
func (c *Conn) Read(b []byte) (int, error) { return c.in.Read(b) }

// Write implements [net.Conn]: all of b, or an error.
func (c *Conn) Write(b []byte) (written int, err error) {
	for written < len(b) {
		c.out.b = b[written:]
		err := c.out.raw.Write(c.out.step)
		c.out.b = nil
		if err == nil {
			err = os.NewSyscallError("write", c.out.err)
		}
		if err != nil {
			return written, err
		}
		written += c.out.n
	}
	return written, nil
}
