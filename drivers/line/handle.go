package line

import (
	"context"
	"errors"
	"io"
	"time"
)

// Handle is an open line. It is used by one goroutine at a time.
type Handle interface {
	// Read returns (0, nil) when nothing came within the read timeout, and an error when the line is lost.
	// Write writes all or returns an error. Close frees the line.
	io.ReadWriteCloser
	SetReadTimeout(time.Duration) error // of the Reads to come; 0 = only what is there already
}

// interrupter is a Handle that needs nobody to look in between whether what it waits for is still wanted.
type interrupter interface {
	Interrupt() // makes the Read that waits, and those to come, return (0, nil) when nothing comes for readSlice; any goroutine may call it
	Forget()    // lets the Reads to come wait as long as they are to
}

// maxReply is how much is read without finding the end of a reply.
const maxReply = 64 << 10

// datagram is the room there is for what comes at once by UDP, an Ethernet frame: what does not fit into a read of it is lost. piece is
// that of the other lines, where the next read gives the rest, and minPiece how much of it is left to a read after others.
const (
	datagram = 1500
	piece    = 256
	minPiece = 64
)

// room is how much there is for what comes at first.
func (a *Address) room() int {
	if a.Scheme == "udp" {
		return datagram
	}
	return piece
}

// minRoom is how much there must be for a read.
func (a *Address) minRoom() int {
	if a.Scheme == "udp" {
		return datagram
	}
	return minPiece
}

// openHandle opens the real thing.
func openHandle(ctx context.Context, a Address) (Handle, error) {
	switch a.Scheme {
	case "serial":
		return openSerial(a)
	case "tcp":
		if a.Line.OneShot {
			return newOneShot(a.Host), nil
		}
		return openTCP(ctx, a.Host)
	case "udp":
		return openUDP(ctx, a.Host)
	}
	return nil, errors.New("it has no address")
}
