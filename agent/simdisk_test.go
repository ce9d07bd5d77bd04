package main

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"pychron-edge/agent/state"
)

// simDisk is a disk in memory. What was written and not synced is there after a kill, for it is in the kernel's memory, and may
// be gone after a power cut.
type simDisk struct {
	mu      sync.Mutex
	names   map[string]*simFile // as seen
	durable map[string]*simFile // after a power cut, whatever else is
	changes []func(map[string]*simFile)
	steps   int
	full    bool // nothing can be written
	dieAt   int  // step at which the agent is killed; 0 = none
}

type simFile struct{ data, synced []byte }

func newSimDisk() *simDisk {
	return &simDisk{names: map[string]*simFile{}, durable: map[string]*simFile{}}
}

// cut is the disk after a power cut: bytes and names that were not synced are there, are not, or are there in part.
func (d *simDisk) cut(chance *rand.Rand) *simDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	names := maps.Clone(d.durable)
	for _, change := range d.changes[:chance.IntN(len(d.changes)+1)] {
		change(names)
	}
	after := newSimDisk()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		data := f.synced
		switch chance.IntN(3) {
		case 0:
			data = f.data
		case 1:
			if len(f.data) > 0 && string(f.data) != string(f.synced) {
				data = f.data[:chance.IntN(len(f.data))]
			}
		}
		after.names[name] = &simFile{slices.Clone(data), slices.Clone(data)}
	}
	after.durable = maps.Clone(after.names)
	return after
}

// simMount is the disk as one agent sees it: after the agent's death nothing it does reaches the disk.
type simMount struct {
	*simDisk
	agent *simAgent
}

var _ state.Disk = (*simMount)(nil)

var (
	errSimDead = errors.New("this agent was killed")
	errSimFull = errors.New("no space left on device")
)

// write does one step of a write.
func (m *simMount) write(f func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.steps++; m.steps == m.dieAt {
		m.agent.die()
	}
	if m.agent.dead.Load() {
		return errSimDead
	}
	if m.full {
		return errSimFull
	}
	f()
	return nil
}

// Open makes every name last.
func (m *simMount) Open() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.durable, m.changes = maps.Clone(m.names), nil
	return nil
}

func (m *simMount) Close() {}

func (m *simMount) List() ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.names)), nil
}

func (m *simMount) Read(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.names[name]; f != nil {
		return slices.Clone(f.data), nil
	}
	return nil, fs.ErrNotExist
}

func (m *simMount) Write(name string, data []byte) error {
	return m.write(func() {
		f := m.names[name]
		if f == nil {
			f = &simFile{}
			m.names[name] = f
			m.changes = append(m.changes, func(to map[string]*simFile) { to[name] = f })
		}
		copy(f.synced, data[:len(data)/10]) // written over in its place
		f.data = slices.Clone(data)
	})
}

func (m *simMount) Exchange(next, name string) error {
	return m.change(func(names map[string]*simFile) {
		a, b := names[next], names[name]
		if a == nil {
			return
		}
		names[name] = a
		if delete(names, next); b != nil {
			names[next] = b
		}
	})
}

func (m *simMount) Sync(name string) error {
	return m.write(func() {
		if f := m.names[name]; f != nil {
			f.synced = slices.Clone(f.data)
		}
	})
}

func (m *simMount) change(f func(map[string]*simFile)) error {
	return m.write(func() {
		f(m.names)
		m.changes = append(m.changes, f)
	})
}

func (m *simMount) Rename(old, to string) error {
	return m.change(func(names map[string]*simFile) {
		if f := names[old]; f != nil {
			names[to] = f
			delete(names, old)
		}
	})
}

func (m *simMount) Remove(name string) error {
	return m.change(func(names map[string]*simFile) { delete(names, name) })
}

func (m *simMount) SyncDir() error {
	return m.write(func() { m.durable, m.changes = maps.Clone(m.names), nil })
}
