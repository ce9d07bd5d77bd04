package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

// Version is that of the form the documents are written in.
const Version = 1

// maxDocument is the largest document, in bytes.
const maxDocument = 2 << 20

// unit is what the length of a file is a multiple of, in bytes: documents grow by a few, and a file that keeps its length is cheaper to write.
const unit = 512

// maxDamaged is how many damaged files are set aside; older ones are removed.
const maxDamaged = 8

// ErrDamaged is wrapped when a document is there and cannot be read. It was set aside.
var ErrDamaged = errors.New("damaged")

// envelope is a document as it is written: what it holds, and the checksum that says whether it is whole.
type envelope struct {
	Version int             `json:"version"`
	Sum     uint32          `json:"crc32"` // IEEE, of Data as it stands
	Data    json.RawMessage `json:"data"`
}

// encode is a document as it is written.
func encode(from any) ([]byte, error) {
	data, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	if len(data) > maxDocument {
		return nil, fmt.Errorf("it is %d bytes long; must be at most %d", len(data), maxDocument)
	}
	out, err := json.Marshal(envelope{Version, crc32.ChecksumIEEE(data), data})
	padding := unit - 1 - len(out)%unit
	return append(append(out, bytes.Repeat([]byte{' '}, padding)...), '\n'), err
}

// nothing is a document of null: what one that is not there is read as. It is made when it is first needed, which most starts do not.
var nothing = sync.OnceValue(func() []byte {
	null, _ := encode(nil) // it can be
	return null
})

// decode reads a document that was written.
func decode(data []byte, into any) error {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	if e.Version != Version {
		return fmt.Errorf("it has version %d; must be %d", e.Version, Version)
	}
	if sum := crc32.ChecksumIEEE(e.Data); sum != e.Sum {
		return fmt.Errorf("its checksum is %d; must be %d", sum, e.Sum)
	}
	return json.Unmarshal(e.Data, into)
}

const nameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// isDocumentName says whether a document may have a name: 1 to 128 of A-Z a-z 0-9 _ . and -, and neither . nor - at its beginning.
func isDocumentName(name string) bool {
	return name != "" && len(name) <= 128 && strings.Contains(nameCharacters, name[:1]) && strings.Trim(name, nameCharacters+".-") == ""
}

func fileOf(name string) string { return name + ".json" }

// read reads one document, and gives it as it is on disk. What is damaged is set aside under a name with the time, so that the next start does
// not meet it.
func read(d Disk, name string, into any, now time.Time) ([]byte, error) {
	data, err := d.Read(fileOf(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nothing(), nil
	}
	if err == nil {
		if err = decode(data, into); err == nil {
			return data, nil
		}
	}
	aside := name + ".damaged-" + now.UTC().Format("20060102T150405.000Z")
	if moved := errors.Join(d.Rename(fileOf(name), aside), d.SyncDir()); moved != nil {
		return nil, fmt.Errorf("state %s: %w: %w; it could not be set aside: %w", name, ErrDamaged, err, moved)
	}
	prune(d)
	return nil, fmt.Errorf("state %s: %w: %w; it was set aside as %s", name, ErrDamaged, err, aside)
}

// prune removes the oldest of what was set aside. The time stands last in the names.
func prune(d Disk) {
	names, err := d.List()
	if err != nil {
		return
	}
	old := slices.DeleteFunc(names, func(n string) bool { return !strings.Contains(n, ".damaged-") })
	slices.SortFunc(old, func(a, b string) int { return strings.Compare(timeOf(a), timeOf(b)) })
	for _, name := range old[:max(0, len(old)-maxDamaged)] {
		d.Remove(name)
	}
}

func timeOf(name string) string {
	_, at, _ := strings.Cut(name, ".damaged-")
	return at
}

// A document is replaced in four steps, so that after a power cut at any moment the old one is there, or the new one, whole: the new one is
// written beside the old one, synced, the two change names, and the directory is synced. What was the old one is written over by the next, in
// its place: a file system writes a file and its name anew for some 40 kB, and makes one for 90 kB. So a document that is written for the
// first time gets both files at once, which costs little more than one.

// nextOf is where the next version of a document is written.
func nextOf(name string) string { return name + ".new" }

// begin writes the next version. Where the last change of names may not have lasted, what has the name now may be the document after a
// power cut, and is left alone.
func begin(d Disk, name string, data []byte, unsure bool) error {
	if unsure {
		if err := d.Remove(nextOf(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return d.Write(nextOf(name), data)
}

// room makes the file that the next version is written over, beside a document that was written for the first time. Nobody reads it before
// that, so what is in it does not matter, nor that it could not be made. One that is there is left alone: where the change of names did not
// last, it is the document after a power cut.
func (p *pending) room(d Disk) {
	if _, err := d.Read(nextOf(p.name)); !p.first || !errors.Is(err, fs.ErrNotExist) {
		return
	}
	if d.Write(nextOf(p.name), p.data) == nil {
		p.beside = len(p.data)
	}
}
