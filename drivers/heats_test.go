package drivers_test

import (
	"slices"
	"testing"

	"pychron-edge/drivers"
)

// Which lasers are asked, and which models heat, decides what is done when an instrument falls silent or the agent restarts.
func TestWhatIsAskedAndWhatHeats(t *testing.T) {
	var asked, heat []string
	for _, m := range drivers.Models() {
		if m.Asked {
			asked = append(asked, m.Name)
		}
		if m.Asked && !m.Laser {
			t.Errorf("%s is asked and no laser", m.Name)
		}
		if m.Heats {
			heat = append(heat, m.Name)
		}
	}
	if want := []string{"ostech", "uc2000"}; !slices.Equal(asked, want) {
		t.Errorf("asked are %v, want %v: of the others enabled or power is what they acknowledged", asked, want)
	}
	want := []string{"eurotherm-bisynch", "eurotherm-modbus", "lakeshore-33x", "watlow-modbus", "watlow-standard-bus"}
	if !slices.Equal(heat, want) {
		t.Errorf("models that heat are %v, want %v", heat, want)
	}
}
