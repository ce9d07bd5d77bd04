package journal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"syscall"
)

// forgetfulDisk is a disk in memory that is told after how many operations the power fails. What was not synced by then is there, in
// part, or not at all, by chance.
type forgetfulDisk struct {
	chance *rand.Rand
	left   int                       // operations until the power fails
	full   bool                      // writes fail, half done
	names  map[string]*forgetfulFile // as a program sees the directory
	lasts  map[string]*forgetfulFile // as it was when it was synced
}

// forgetfulFile is what is in a file: now, and when it was synced.
type forgetfulFile struct{ data, synced []byte }

var errNoPower = errors.New("no power")

func newForgetfulDisk(chance *rand.Rand) *forgetfulDisk {
	return &forgetfulDisk{chance: chance, left: 1 << 30, names: map[string]*forgetfulFile{}, lasts: map[string]*forgetfulFile{}}
}

// operate counts an operation; there is none without power.
func (d *forgetfulDisk) operate() error {
	if d.left <= 0 {
		return errNoPower
	}
	d.left--
	return nil
}

// restart makes what a start after the power cut finds.
func (d *forgetfulDisk) restart() {
	found := map[string]*forgetfulFile{}
	for _, name := range slices.Sorted(maps.Keys(d.lasts)) {
		if _, still := d.names[name]; still || d.chance.IntN(2) == 0 {
			found[name] = d.lasts[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.names)) {
		if _, lasting := d.lasts[name]; !lasting && d.chance.IntN(2) == 0 {
			found[name] = d.names[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		f := found[name]
		f.data = d.survives(f)
		f.synced = f.data
	}
	d.names, d.lasts, d.left, d.full = found, maps.Clone(found), 1<<30, false
}

// survives is what is left of a file: what was synced, and some of what was written since, maybe with holes of zeros.
func (d *forgetfulDisk) survives(f *forgetfulFile) []byte {
	same := 0 // what is neither cut nor written since
	for same < min(len(f.data), len(f.synced)) && f.data[same] == f.synced[same] {
		same++
	}
	if same < len(f.synced) && d.chance.IntN(2) == 0 { // it was cut, and that did not reach the disk
		return slices.Clone(f.synced)
	}
	kept := slices.Clone(f.data[:same+d.chance.IntN(len(f.data)-same+1)])
	if fresh := len(kept) - same; fresh > 0 && d.chance.IntN(3) == 0 {
		clear(kept[same+d.chance.IntN(fresh):])
	}
	return kept
}

func (d *forgetfulDisk) MakeDir(string) error { return d.operate() }

func (d *forgetfulDisk) List(string) (names []string, err error) {
	for _, path := range slices.Sorted(maps.Keys(d.names)) {
		names = append(names, filepath.Base(path))
	}
	return names, d.operate()
}

func (d *forgetfulDisk) Read(path string) (io.ReadCloser, error) {
	f := d.names[path]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(f.data)), d.operate()
}

func (d *forgetfulDisk) Size(path string) (int64, error) {
	f := d.names[path]
	if f == nil {
		return 0, fs.ErrNotExist
	}
	return int64(len(f.data)), d.operate()
}

func (d *forgetfulDisk) Append(path string) (file, error) {
	if err := d.operate(); err != nil {
		return nil, err
	}
	if d.names[path] == nil {
		d.names[path] = &forgetfulFile{}
	}
	return &openForgetful{d, d.names[path]}, nil
}

func (d *forgetfulDisk) Remove(path string) error {
	if err := d.operate(); err != nil {
		return err
	}
	delete(d.names, path)
	return nil
}

func (d *forgetfulDisk) Truncate(path string, size int64) error {
	if err := d.operate(); err != nil {
		return err
	}
	f := d.names[path]
	if f == nil {
		return fs.ErrNotExist
	}
	f.data = slices.Clone(f.data[:size])
	return nil
}

func (d *forgetfulDisk) SyncDir(string) error {
	if err := d.operate(); err != nil {
		return err
	}
	d.lasts = maps.Clone(d.names)
	return nil
}

// openForgetful is a file that is open for appending.
type openForgetful struct {
	d *forgetfulDisk
	f *forgetfulFile
}

func (o *openForgetful) Write(b []byte) (int, error) {
	if err := o.d.operate(); err != nil {
		return 0, err
	}
	if o.d.full {
		o.f.data = append(slices.Clip(o.f.data), b[:len(b)/2]...)
		return len(b) / 2, syscall.ENOSPC
	}
	o.f.data = append(slices.Clip(o.f.data), b...)
	return len(b), nil
}

func (o *openForgetful) Sync() error {
	if err := o.d.operate(); err != nil {
		return err
	}
	if o.d.full && o.d.chance.IntN(2) == 0 {
		return syscall.EIO
	}
	o.f.synced = slices.Clone(o.f.data)
	return nil
}

func (o *openForgetful) Close() error { return nil }
