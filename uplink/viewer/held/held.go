// Package held keeps a file or folder to one process: two that write the same database, or the same store of messages, spoil it without a
// word. Who only reads asks for nothing. It guards against a second start, not against somebody who means harm.
package held

import (
	"errors"
	"fmt"
	"os"
)

// ErrTaken is wrapped where another process, or another part of this one, has it.
var ErrTaken = errors.New("another program uses it")

// Lock is held until it is released, or until the process ends, however it ends.
type Lock struct{ file *os.File }

// Take locks the file at path, which is made where it is missing and stays afterwards, empty. It does not wait. A file system without
// locks, or one that cannot be written, keeps nobody out: then there is no error either, for whoever writes beside it will say so.
func Take(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &Lock{}, nil
	}
	if taken(f) {
		f.Close()
		return nil, fmt.Errorf("%w (%s is locked); must be used by one at a time", ErrTaken, path)
	}
	return &Lock{f}, nil
}

// Release gives it up. A nil Lock has nothing to give up.
func (l *Lock) Release() {
	if l != nil && l.file != nil {
		l.file.Close()
	}
}
