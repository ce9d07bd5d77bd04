package config

import (
	"strings"
	"testing"
)

func TestValvesThatRestOpen(t *testing.T) {
	for name, c := range map[string]struct{ policy, more, want string }{
		"in a pipette":          {"", "pipettes: [{name: air, inner: V1, outer: V2}]\n", "V1.open rests open, and a valve of a pipette must rest closed"},
		"halted by a rule":      {"", "  - {name: cold, when: ion1.ig > torr(2), halt: [V1]}\n", "V1 rests open and a halt leaves it as it is; must say on_halt: idle or on_exit: halt"},
		"opened by a rule":      {"on_exit: halt, ", "  - {name: cold, when: ion1.ig > torr(2), halt: [V1]}\n", ""},
		"kept open by a rule":   {"", "  - {name: cold, when: ion1.ig > torr(2), forbid: [V1.open]}\n", ""},
		"closed last of a pair": {"interlock: {closed: [V2]}, ", "", ""},
	} {
		text := strings.Replace(bench, "name: V1,", "name: V1, idle: open, "+c.policy, 1) + c.more
		text = strings.Replace(text, "name: V2,", "name: V2, unpowered: closed,", 1)
		plan, list := checked(text)
		got := listed(list)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if v := plan.Device("V1"); c.want == "" && (!v.RestsOpen() || v.Move("open").Idle != 1) {
			t.Errorf("%s: the idle value is %v, want 1", name, v.Move("open").Idle)
		}
	}
}
