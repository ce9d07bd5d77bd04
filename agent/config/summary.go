package config

import "fmt"

// Summary says in a line what a plan holds.
func (p *Plan) Summary() string {
	points, controls := len(p.Derived), 0
	for _, d := range p.Devices {
		points += len(d.Points)
		for _, c := range d.Moves {
			if c.Enabled {
				controls++
			}
		}
	}
	return fmt.Sprintf("no mistakes; %s, %s, %s enabled, %s, %s", count(len(p.Devices), "device"), count(points, "point"),
		count(controls, "control"), count(len(p.Rules), "rule"), count(len(p.Config.Alarms), "alarm"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
