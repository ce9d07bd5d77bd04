package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
)

// PendingHalts are the devices that a halt from outside could not reach: their line was gone. They are written down in the runtime
// directory, so that the agent that starts next halts them as soon as their line is there, before they can be told anything
// else.
type PendingHalts struct {
	mu    sync.Mutex
	path  string
	names []string
}

// ReadPendingHalts reads what is owed. A file that cannot be read is an error.
func ReadPendingHalts(path string) (*PendingHalts, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("halts that are owed: %w", err)
	}
	return &PendingHalts{path: path, names: strings.Fields(string(data))}, nil
}

// Has says whether a halt of a device is pending. Nil has none.
func (d *PendingHalts) Has(device string) bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Contains(d.names, device)
}

// Done notes that a device was halted.
func (d *PendingHalts) Done(device string) error {
	if !d.Has(device) {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.names = slices.DeleteFunc(d.names, func(n string) bool { return n == device })
	return WritePendingHalts(d.path, d.names)
}

// WritePendingHalts writes down what is owed; with nothing owed there is no file.
func WritePendingHalts(path string, names []string) error {
	if len(names) == 0 {
		return gone(path)
	}
	return writeWhole(path, []byte(strings.Join(names, "\n")+"\n"))
}
