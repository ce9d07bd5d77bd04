package initial

import (
	"bufio"
	"strings"
	"testing"
)

func TestInitAsks(t *testing.T) {
	first := File{Name: "line1", Units: "torr"}
	var out strings.Builder
	first.Ask(bufio.NewScanner(strings.NewReader("bench\nmbar\npi5\n\ntpg366\nion1\ntoaster\nmanual\n\nhand1\n\n")), &out, []string{"/dev/a", "/dev/b"})
	if len(first.Devices) != 2 || first.Name != "bench" || first.Units != "mbar" || first.Board != "pi5" || first.Devices[0] != (device{"ion1", "pfeiffer-tpg", "/dev/b"}) || first.Devices[1] != (device{"hand1", "manual", ""}) {
		t.Errorf("answers gave %+v; asked\n%s", first, out.String())
	}
}
