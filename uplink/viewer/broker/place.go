package broker

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/held"
)

// probeSize is how much must be free on the disk, in bytes.
const probeSize = 4 << 20

// place is where the server has its files.
type place struct {
	dir     string
	storage server.StorageType
	size    int64 // of the messages, bytes
	trouble error // why it is not the configured one; nil if it is
	held    *held.Lock
}

// place returns the configured folder if it can be written, else a small one for what must be a file, and the messages in memory. A
// folder in which another broker writes is an error: two would spoil it.
func (b *Broker) place() (*place, error) {
	why := probe(b.o.Dir)
	if why == nil {
		lock, err := held.Take(filepath.Join(b.o.Dir, "lock"))
		if err != nil {
			return nil, fmt.Errorf("dir %s: %w", b.o.Dir, err)
		}
		return &place{dir: b.o.Dir, storage: server.FileStorage, size: b.o.Size, held: lock}, nil
	}
	for _, parent := range []string{os.Getenv("RUNTIME_DIRECTORY"), "/dev/shm", os.TempDir()} {
		dir, err := os.MkdirTemp(parent, "pychron-edge-broker-")
		if parent == "" || err != nil {
			continue
		}
		if probe(dir) == nil {
			return &place{dir: dir, storage: server.MemoryStorage, size: memorySize,
				trouble: fmt.Errorf("embedded broker: it keeps messages in memory only: %w", why)}, nil
		}
		_ = os.RemoveAll(dir)
	}
	return nil, fmt.Errorf("there is no room for its files: %w", why)
}

// memorySize is the size of the messages in memory, bytes.
const memorySize = 32 << 20

// misplaced reports whether the server must move: its disk cannot be written any more, or can again.
func (b *Broker) misplaced(at *place) bool {
	return (probe(b.o.Dir) == nil) != (at.trouble == nil)
}

// remove removes a place that was not the configured one, and gives the configured one up.
func (p *place) remove() {
	p.held.Release()
	if p.trouble != nil {
		_ = os.RemoveAll(p.dir)
	}
}

// probe returns why probeSize bytes cannot be written into dir, which is made where it is missing.
func probe(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, "probe")
	err := writeProbe(path)
	if removed := os.Remove(path); err == nil {
		err = removed
	}
	return err
}

// nothing is what a probe is made of. It is never written, so that it takes no memory.
var nothing [64 << 10]byte

// writeProbe writes probeSize bytes piece by piece: every two seconds a piece of memory of that size would be an eighth of what the viewer has.
func writeProbe(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	for n := 0; n < probeSize && err == nil; n += len(nothing) {
		_, err = f.Write(nothing[:])
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
