package pychronimport

import (
	"strings"
	"testing"
)

// A file of pins without an end, such as a device, is refused, and not read into memory until there is none left.
func TestPinsWithoutAnEnd(t *testing.T) {
	_, err := Folder(t.TempDir(), "/dev/zero", Options{})
	if err == nil || !strings.Contains(err.Error(), "/dev/zero: it is longer than 8388608 bytes") {
		t.Errorf("Folder with pins of /dev/zero = %v, want that it is too long", err)
	}
}
