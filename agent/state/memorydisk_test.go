package state

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"math/rand"
	"slices"
	"sync"
)

// memoryDisk is a disk that knows what was synced, and can lose its power at any step. What it has after that is decided by a
// seed: bytes and names that were not synced are there, are not, or are there in part.
type memoryDisk struct {
	mu      sync.Mutex
	names   map[string]*inode // as seen
	durable map[string]*inode // after a power cut, whatever the seed
	renames []func(map[string]*inode)
	steps   int
	cutAt   int   // step that fails, and every later one; 0 = none
	failAt  int   // step that fails once; 0 = none
	broken  error // of every write, while it is set
	written int   // bytes
}

type inode struct{ data, synced []byte }

var errPower = errors.New("the power is gone")

func newMemoryDisk() *memoryDisk {
	return &memoryDisk{names: map[string]*inode{}, durable: map[string]*inode{}}
}

// step counts a step, and fails where the power is gone. The caller holds mu.
func (d *memoryDisk) step() error {
	d.steps++
	if d.cutAt > 0 && d.steps >= d.cutAt {
		return errPower
	}
	if d.steps == d.failAt {
		return errors.New("input/output error")
	}
	return d.broken
}

func (d *memoryDisk) Open() error { return nil }
func (d *memoryDisk) Close()      {}

func (d *memoryDisk) List() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.names)), nil
}

func (d *memoryDisk) Read(name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.names[name]; n != nil {
		return slices.Clone(n.data), nil
	}
	return nil, fs.ErrNotExist
}

// Write writes over a file that is there: what was synced of it is no longer there for sure.
func (d *memoryDisk) Write(name string, data []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	n := d.names[name]
	if n == nil {
		n = &inode{}
		d.names[name] = n
		d.renames = append(d.renames, func(to map[string]*inode) { to[name] = n })
	}
	n.synced = torn(n.synced, data)
	n.data = slices.Clone(data)
	d.written += len(data)
	return nil
}

// torn is what is left of a file that was half written over.
func torn(old, data []byte) []byte {
	out := slices.Clone(old)
	copy(out, data[:2*len(bytes.TrimSpace(data))/3])
	return out
}

func (d *memoryDisk) Exchange(next, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	change := func(names map[string]*inode) {
		a, b := names[next], names[name]
		switch {
		case a != nil && b != nil:
			names[next], names[name] = b, a
		case a != nil:
			names[name] = a
			delete(names, next)
		}
	}
	change(d.names)
	d.renames = append(d.renames, change)
	return nil
}

func (d *memoryDisk) Sync(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	n := d.names[name]
	n.synced = slices.Clone(n.data)
	return nil
}

func (d *memoryDisk) Rename(old, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	change := func(names map[string]*inode) {
		if n := names[old]; n != nil {
			names[to] = n
			delete(names, old)
		}
	}
	change(d.names)
	d.renames = append(d.renames, change)
	return nil
}

func (d *memoryDisk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	change := func(names map[string]*inode) { delete(names, name) }
	change(d.names)
	d.renames = append(d.renames, change)
	return nil
}

func (d *memoryDisk) SyncDir() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step(); err != nil {
		return err
	}
	d.durable, d.renames = maps.Clone(d.names), nil
	return nil
}

// crash is the disk after the power came back.
func (d *memoryDisk) crash(seed int64) *memoryDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	chance := rand.New(rand.NewSource(seed))
	names := maps.Clone(d.durable)
	for _, change := range d.renames[:chance.Intn(len(d.renames)+1)] {
		change(names)
	}
	after := newMemoryDisk()
	for name, n := range names {
		data := n.synced
		switch chance.Intn(3) {
		case 0:
			data = n.data
		case 1:
			if len(n.data) > 0 && string(n.data) != string(n.synced) {
				data = n.data[:chance.Intn(len(n.data))]
			}
		}
		after.names[name] = &inode{slices.Clone(data), slices.Clone(data)}
	}
	after.durable = maps.Clone(after.names)
	return after
}
