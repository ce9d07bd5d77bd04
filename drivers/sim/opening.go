package sim

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// starter is a board that starts anew when its port is opened.
type starter interface{ start() }

// openings reports each time a terminal is opened.
type openings struct{ events *os.File }

// watch a terminal from now on.
func watch(terminal string) (*openings, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	if _, err := unix.InotifyAddWatch(fd, terminal, unix.IN_OPEN); err != nil {
		return nil, errors.Join(os.NewSyscallError("inotify_add_watch", err), unix.Close(fd))
	}
	return &openings{os.NewFile(uintptr(fd), "inotify")}, nil
}

// each calls f for every opening until close.
func (o *openings) each(f func()) {
	buffer := make([]byte, 4096)
	for {
		n, err := o.events.Read(buffer)
		if err != nil {
			return
		}
		for rest := buffer[:n]; len(rest) >= unix.SizeofInotifyEvent; {
			f()
			name := int(binary.NativeEndian.Uint32(rest[unix.SizeofInotifyEvent-4:]))
			rest = rest[min(len(rest), unix.SizeofInotifyEvent+name):]
		}
	}
}

func (o *openings) close() { o.events.Close() }

// attend starts boards anew each time their port is opened, until the line is closed.
func (l *line) attend(all *sync.WaitGroup) {
	t, ok := l.transport.(*terminal)
	if !ok {
		return
	}
	o := t.openings()
	if o == nil {
		return
	}
	all.Go(func() {
		o.each(func() {
			l.bench.mu.Lock()
			defer l.bench.mu.Unlock()
			for _, s := range l.stations {
				if b, ok := s.instrument.(starter); ok {
					b.start()
				}
			}
		})
	})
}
