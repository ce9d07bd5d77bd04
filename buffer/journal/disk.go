package journal

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"pychron-edge/buffer"
)

// disk is what a journal stands on. There is one real one; tests have one that fills up, and one that forgets what was not synced.
type disk interface {
	MakeDir(path string) error               // and its parents, where they do not exist; lasting
	List(path string) ([]string, error)      // the names in a directory, sorted
	Read(path string) (io.ReadCloser, error) // opens for reading
	Size(path string) (int64, error)
	Append(path string) (file, error) // opens for appending, makes it where there is none
	Remove(path string) error
	Truncate(path string, size int64) error
	SyncDir(path string) error // makes the coming and going of files in it last
}

type file interface {
	io.WriteCloser
	Sync() error
}

type osDisk struct{}

// MakeDir implements disk. A parent that may not be read is not synced: it is not the journal's.
func (d osDisk) MakeDir(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if parent := filepath.Dir(path); parent != path {
		if err := d.MakeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := d.SyncDir(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

func (osDisk) List(path string) (names []string, err error) {
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (osDisk) Read(path string) (io.ReadCloser, error) { return os.Open(path) }

func (osDisk) Size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (osDisk) Append(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
}

func (osDisk) Remove(path string) error               { return os.Remove(path) }
func (osDisk) Truncate(path string, size int64) error { return os.Truncate(path, size) }

func (osDisk) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

const (
	portion     = 64  // events written at once
	maxPortions = 256 // before a sync
)

// write writes the next events of the ring, without a sync: how many were overwritten unread before them, and whether there were any.
func (j *Journal) write() (lost uint64, more bool, err error) {
	events, lost := j.follow.Next()
	if len(events) == 0 {
		return 0, false, nil
	}
	j.text = j.text[:0]
	for i := range events {
		j.text = appendRecord(j.text, &events[i])
	}
	if err := j.ready(int64(len(j.text))); err != nil {
		return 0, false, err
	}
	if _, err := j.file.Write(j.text); err != nil {
		return 0, false, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	g := &j.list[len(j.list)-1]
	g.bytes += int64(len(j.text))
	for i := range events {
		g.note(&events[i])
	}
	return lost, true, nil
}

// ready opens the segment to write n bytes to: the last one, or a new one when it is full, and removes the oldest beyond the bound.
func (j *Journal) ready(n int64) error {
	j.mu.Lock()
	var g segment
	if len(j.list) > 0 {
		g = j.list[len(j.list)-1]
	}
	fresh := len(j.list) == 0 || g.sealed || g.bytes > 0 && g.bytes+n > j.size/segments
	j.mu.Unlock()
	if fresh {
		if j.file != nil {
			if err := j.sync(); err != nil {
				return err
			}
			j.close()
		}
		if err := j.begin(g.number + 1); err != nil {
			return err
		}
	} else if j.file == nil {
		f, err := j.disk.Append(j.path(g.number))
		if err != nil {
			return err
		}
		j.file, j.whole = f, g.bytes
		if err := j.disk.SyncDir(j.dir); err != nil {
			return err
		}
	}
	return j.trim(n)
}

// begin opens a new segment.
func (j *Journal) begin(number uint64) error {
	f, err := j.disk.Append(j.path(number))
	if err != nil {
		return err
	}
	j.file, j.whole = f, 0
	j.mu.Lock()
	j.list = append(j.list, segment{number: number})
	j.mu.Unlock()
	return j.disk.SyncDir(j.dir)
}

// trim removes the oldest segments until n more bytes fit.
func (j *Journal) trim(n int64) error {
	for {
		j.mu.Lock()
		total := n
		for _, g := range j.list {
			total += g.bytes
		}
		if total <= j.size || len(j.list) <= 1 {
			j.mu.Unlock()
			return nil
		}
		oldest := j.list[0].number
		j.mu.Unlock()
		if err := j.disk.Remove(j.path(oldest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		j.mu.Lock()
		j.list = j.list[1:]
		j.mu.Unlock()
	}
}

// sync makes what was written last.
func (j *Journal) sync() error {
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.whole = j.list[len(j.list)-1].bytes
	return nil
}

// retreat goes back to what is synced, after the disk refused: what a failed write or sync left behind is not to be believed. The
// file is opened anew.
func (j *Journal) retreat() {
	if j.file == nil {
		return
	}
	j.close()
	j.mu.Lock()
	g := &j.list[len(j.list)-1]
	g.bytes = j.whole
	path, size := j.path(g.number), g.bytes
	j.mu.Unlock()
	if j.disk.Truncate(path, size) != nil {
		j.mu.Lock() // it keeps a torn tail: go on in a new one
		j.list = append(j.list, segment{number: g.number + 1})
		j.mu.Unlock()
	}
}

func (j *Journal) close() {
	if j.file != nil {
		_ = j.file.Close()
		j.file = nil
	}
}

// Find calls each for the events from .. to of a boot that are on disk, in order, until it returns false. It reads only the segments
// that may hold them. It may be called beside Run.
func (j *Journal) Find(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error {
	j.mu.Lock()
	var numbers []uint64
	for _, g := range j.list {
		if g.holds(boot, from, to) {
			numbers = append(numbers, g.number)
		}
	}
	j.mu.Unlock()
	next, more := from, true
	for _, number := range numbers {
		_, _, err := j.scan(number, func(e *buffer.Event) bool {
			if e.Boot == boot && e.Seq >= next && e.Seq <= to {
				next = e.Seq + 1
				more = each(e)
			}
			return more && ctx.Err() == nil
		})
		if err != nil && !errors.Is(err, errUnread) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !more || ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}
