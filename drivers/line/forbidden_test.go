package line

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestARefusedPortNamesItsGroup(t *testing.T) {
	node := filepath.Join(t.TempDir(), "tty")
	if err := os.WriteFile(node, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode os.FileMode
		err  error
		want string
	}{
		{0o660, unix.EACCES, "belongs to group "},
		{0o600, unix.EACCES, "mode 0600"},
		{0o660, unix.EPERM, "DeviceAllow="},
		{0o660, unix.EIO, "input/output error"},
	} {
		if err := os.Chmod(node, c.mode); err != nil {
			t.Fatal(err)
		}
		if err := forbidden(node, c.err); !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("forbidden(%v, %v) = %v, want %q", c.mode, c.err, err, c.want)
		}
	}
	if err := forbidden("/nowhere", unix.EACCES); err != unix.EACCES {
		t.Errorf("forbidden without a node = %v, want the error as it was", err)
	}
}
