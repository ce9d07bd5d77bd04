package line

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pychron-edge/localname"
	"pychron-edge/rawio"
)

const (
	dialBound = 2 * time.Second
	// peerBound is how long a peer may not acknowledge what was sent before the connection is given up.
	peerBound = 5 * time.Second
)

// netHandle is a connection. A Read with timeout 0 takes what is there, which deadlines of package net cannot do: one that has passed
// fails even when bytes are there.
type netHandle struct {
	conn     net.Conn
	raw      syscall.RawConn
	timeout  time.Duration
	datagram bool
	readDeadline

	// Of readOnce.
	buffer   []byte
	n        int
	err      error
	readOnce func(fd uintptr)
}

// openTCP connects to host:port. A peer that vanished without closing is noticed by unacknowledged data and by keep-alives.
func openTCP(ctx context.Context, host string) (Handle, error) {
	d := net.Dialer{
		Timeout:         dialBound,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: peerBound, Interval: time.Second, Count: 3},
		Control: func(_, _ string, c syscall.RawConn) error {
			return c.Control(func(fd uintptr) {
				// Where the kernel does not know the option, keep-alives do it more slowly.
				_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(peerBound/time.Millisecond))
			})
		},
	}
	return dial(ctx, d, "tcp", host)
}

func dial(ctx context.Context, d net.Dialer, network, host string) (Handle, error) {
	address, err := localname.Address(ctx, host)
	if err != nil {
		return nil, err
	}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	h := &netHandle{conn: rawio.New(conn), raw: raw, datagram: network == "udp", readDeadline: readDeadline{set: conn.SetReadDeadline}}
	h.readOnce = func(fd uintptr) { h.n, h.err = rawio.Read(fd, h.buffer) }
	return h, nil
}

// SetReadTimeout implements [Handle].
func (h *netHandle) SetReadTimeout(d time.Duration) error {
	h.timeout = d
	if d <= 0 {
		return nil
	}
	now := time.Now()
	return h.await(now, now.Add(d))
}

// Read implements [Handle].
func (h *netHandle) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if h.timeout <= 0 {
		return h.readNow(b)
	}
	for {
		n, err := h.conn.Read(b)
		if h.nobodyListens(err) {
			return n, nil
		}
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if over, err := h.over(); over || err != nil {
			return 0, err
		}
	}
}

// readNow reads what is there.
func (h *netHandle) readNow(b []byte) (int, error) {
	h.buffer = b
	err := h.raw.Control(h.readOnce)
	h.buffer = nil
	switch {
	case err != nil:
		return 0, err
	case h.err == unix.EAGAIN || h.err == unix.EINTR || h.nobodyListens(h.err):
		return 0, nil
	case h.err != nil:
		return 0, os.NewSyscallError("read", h.err)
	case h.n == 0 && !h.datagram:
		return 0, io.EOF
	}
	return h.n, nil
}

// nobodyListens reports that nobody listens at the other end of UDP, which is silence and not a lost line.
func (h *netHandle) nobodyListens(err error) bool {
	return h.datagram && errors.Is(err, unix.ECONNREFUSED)
}

// Write implements [Handle].
func (h *netHandle) Write(b []byte) (int, error) {
	if err := h.conn.SetWriteDeadline(time.Now().Add(writeBound / 2)); err != nil {
		return 0, err
	}
	n, err := h.conn.Write(b)
	if h.nobodyListens(err) { // the error of the datagram before: this one was not sent
		n, err = h.conn.Write(b)
	}
	if h.nobodyListens(err) {
		return len(b), nil
	}
	return n, err
}

// Close implements [Handle].
func (h *netHandle) Close() error { return h.conn.Close() }
