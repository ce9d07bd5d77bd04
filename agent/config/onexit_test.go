package config

import (
	"strings"
	"testing"

	"pychron-edge/yamlfile"
)

func TestOnExitOfWhatIsNoLaser(t *testing.T) {
	for policy, want := range map[string]bool{"": false, " on_exit: hold,": false, " on_exit: halt,": true} {
		p, list := checked(strings.Replace(bench, "name: V1,", "name: V1,"+policy, 1))
		if yamlfile.Fatal(list) {
			t.Fatal(listed(list))
		}
		if got := p.Device("V1").HaltsOnExit(); got != want {
			t.Errorf("a valve with %q halts on exit = %t, want %t", policy, got, want)
		}
	}
}
