package sim

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"
)

// handle is one open end of a line, or one connection to it.
type handle interface {
	io.ReadWriteCloser
	SetWriteDeadline(time.Time) error
}

// transport opens and closes the near end of a line.
type transport interface {
	open(dir string, number int) error // for the first time, or again at the same place
	accept() (handle, error)           // waits for somebody; an error means that the line is closed
	close()
	place() string // the URL, without query
}

// transportOf a URL's scheme.
func transportOf(address string) (transport, error) {
	scheme, _, _ := strings.Cut(address, "://")
	switch scheme {
	case "serial":
		return &terminal{}, nil
	case "tcp":
		return &listener{}, nil
	case "udp":
		return &datagrams{}, nil
	}
	return nil, fmt.Errorf("port %q: scheme is %q; must be serial, tcp or udp", address, scheme)
}

// line is one physical line with its instruments.
type line struct {
	bench    *Bench
	key      string
	stations []*station
	number   int

	mu        sync.Mutex // below; not held across waits for bytes
	transport transport
	handles   []handle // open connections
	plugged   bool
	ended     bool          // it is not plugged in again
	changed   chan struct{} // closed when plugged changes
}

func (l *line) open(dir string, number int) error {
	l.number = number
	return l.transport.open(dir, number)
}

// address is the URL it is found at: the place of the simulated line, with the settings of the one configured.
func (l *line) address(configured string) string {
	place := l.transport.place()
	_, query, _ := strings.Cut(configured, "?")
	settings, err := url.ParseQuery(query)
	if err != nil {
		return place
	}
	for _, identity := range []string{"vid", "pid", "serial"} {
		settings.Del(identity)
	}
	if len(settings) == 0 {
		return place
	}
	return place + "?" + settings.Encode()
}

// serve lets the stations answer until ctx is done, over all connections and through unplugging.
func (l *line) serve(ctx context.Context, all *sync.WaitGroup) {
	for ctx.Err() == nil {
		h, err := l.transport.accept()
		if err != nil {
			if !l.wait(ctx) {
				return
			}
			continue
		}
		if l.add(h) {
			all.Go(func() { l.converse(ctx, all, h) })
		}
	}
}

// wait until the line is plugged in; false when ctx is done.
func (l *line) wait(ctx context.Context) bool {
	for {
		l.mu.Lock()
		plugged, changed := l.plugged, l.changed
		l.mu.Unlock()
		if plugged {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-changed:
		}
	}
}

// add a connection; one that came while the line was being unplugged is closed.
func (l *line) add(h handle) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.plugged {
		h.Close()
		return false
	}
	l.handles = append(l.handles, h)
	return true
}

// unplug closes the line and all connections.
func (l *line) unplug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.plugged {
		return
	}
	l.plugged = false
	close(l.changed)
	l.changed = make(chan struct{})
	l.transport.close()
	for _, h := range l.handles {
		h.Close()
	}
	l.handles = nil
}

// end unplugs the line for good.
func (l *line) end() {
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.unplug()
}

// plug opens it again.
func (l *line) plug() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.plugged || l.ended {
		return nil
	}
	if err := l.transport.open(l.bench.dir, l.number); err != nil {
		return err
	}
	l.plugged = true
	close(l.changed)
	l.changed = make(chan struct{})
	return nil
}
