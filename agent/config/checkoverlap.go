package config

import (
	"fmt"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// overlaps finds alarms whose clear_when certainly holds for a value for which when does: such an alarm could end while
// what it tells of goes on. It is told where both compare one point with numbers.
func (k *checking) overlaps() {
	at := map[string]string{}
	for i, c := range k.config.Alarms {
		at[c.Name] = fmt.Sprintf("alarms[%d].clear_when", i)
	}
	for _, a := range k.plan.Alarms {
		if a.When == nil || a.Clear == nil {
			continue
		}
		if both := rules.Overlap(a.When, a.Clear, buffer.Display{Unit: k.config.Agent.Units}); both != "" {
			k.At(at[a.Name], "clear_when overlaps when: both hold at %s; must be a condition that excludes when", both)
		}
	}
}
