package drivers

import "testing"

// The vector of mdrive.md with a checksum.
func TestMDriveChecksum(t *testing.T) {
	m := &mdrive{options: MDriveOptions{Checksum: true}}
	if got := m.sealed("MR 1"); got != "MR 1\x90" {
		t.Errorf("sealed(MR 1) = %q, want MR 1 and 90", got)
	}
}
