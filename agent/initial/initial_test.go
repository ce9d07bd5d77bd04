package initial

import (
	"bufio"
	"strings"
	"testing"

	"pychron-edge/agent/config"
)

func TestInitAsks(t *testing.T) {
	first := File{Name: "line1", Units: "torr"}
	var out strings.Builder
	first.Ask(bufio.NewScanner(strings.NewReader("bench\nmbar\npi5\n\ntpg366\nion1\ntoaster\nmanual\n\nhand1\n\n")), &out, []string{"/dev/a", "/dev/b"})
	if len(first.Devices) != 2 || first.Name != "bench" || first.Units != "mbar" || first.Board != "pi5" || first.Devices[0] != (device{"ion1", "pfeiffer-tpg", "/dev/b"}) || first.Devices[1] != (device{"hand1", "manual", ""}) {
		t.Errorf("answers gave %+v; asked\n%s", first, out.String())
	}
}

// The name that is offered for an instrument of the library is one that a configuration may have.
func TestNameOfALibraryInstrument(t *testing.T) {
	file := File{Name: "line1", Units: "torr"}
	file.Ask(bufio.NewScanner(strings.NewReader("\n\n\ninstrument/julabo\n\n\n")), &strings.Builder{}, []string{"/dev/a"})
	if len(file.Devices) != 1 || file.Devices[0] != (device{"julabo1", "instrument/julabo", "/dev/a"}) {
		t.Fatalf("answers gave %+v", file.Devices)
	}
	plan, _, err := config.PlanOf("agent.yaml", []byte("agent: {name: a}\ndevices:\n"+file.Devices[0].text("")))
	if err != nil || len(plan.Devices) != 1 || plan.Devices[0].Model.Name != "instrument/julabo" {
		t.Errorf("the block gives %+v, %v:\n%s", plan, err, file.Devices[0].text(""))
	}
}
