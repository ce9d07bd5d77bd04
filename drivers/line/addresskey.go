package line

import (
	"path/filepath"
	"sync"
)

// onceKey keeps the Key of an Address, so that it does not change while the program runs.
type onceKey struct {
	once sync.Once
	text string
}

// Key is the identity of the physical line: the device node behind a serial line (links followed, USB identity looked up in
// sysfs) if it is there, else its place; host and port of the others. It is looked up once and stays as it was. Nothing is
// opened. "" for the zero Address.
func (a Address) Key() string {
	if a.key == nil {
		return a.lookUp()
	}
	a.key.once.Do(func() { a.key.text = a.lookUp() })
	return a.key.text
}

func (a Address) lookUp() string {
	if a.Scheme != "serial" {
		return a.String()
	}
	node, err := a.node("/sys", "/dev")
	if err != nil {
		return a.String()
	}
	if real, err := filepath.EvalSymlinks(node); err == nil {
		node = real
	}
	return "serial://" + node
}
