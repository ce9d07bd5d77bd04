package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// board checks the pins against the board: names that no line has, pins that another function holds, and outputs that are on
// from reset until the agent requests them.
func (k *checking) board() {
	k.OneOf("agent.board", k.config.Agent.Board, append([]string{""}, boards...)...)
	for i, d := range k.plan.Devices {
		for _, name := range SortedKeys(d.Wiring) {
			path := devicePath(i) + ".pins." + name
			if right := otherName(d.Pins[name].Line); right != "" {
				k.Warn(path, "pin %s of %s is %q, which is the name of no line of a Raspberry Pi; must be %s", name, d.Name, d.Pins[name].Line, right)
				continue
			}
			if k.boardName() != "" && k.boardName() != "none" {
				k.boardPin(d, name, path)
			}
		}
	}
}

// boardName is the board the file names, else the one this runs on.
func (k *checking) boardName() string {
	if k.config.Agent.Board != "" {
		return k.config.Agent.Board
	}
	return k.config.machine.Board
}

// boardPin checks one pin of a known board.
func (k *checking) boardPin(d *DevicePlan, name, path string) {
	pin := d.Wiring[name]
	number, isHeader := headerPin(pin.Line, k.boardName())
	if !isHeader {
		if strings.HasPrefix(pin.Line, "GPIO") {
			k.Warn(path, "pin %s of %s is %q; must be GPIO0 to GPIO%d on a %s", name, d.Name, pin.Line, lastPin, k.boardName())
		}
		return
	}
	if what := holderOf(number, k.config.machine); what != "" {
		k.Warn(path, "pin %s of %s is GPIO%d: %s", name, d.Name, number, what)
		return
	}
	if slices.Contains(d.Model.Pins.Out, name) && upAtReset(number) != pin.ActiveLow {
		level, where := "low", fmt.Sprintf("GPIO0 to GPIO%d", lastUp)
		if upAtReset(number) {
			level, where = "high", fmt.Sprintf("GPIO%d to GPIO%d", lastUp+1, lastPin)
		}
		k.Warn(path, "%s of %s is on at reset: GPIO%d is pulled %s until the agent requests it; must be one of %s, or a relay board that needs more than the pull", name, d.Name, number, level, where)
	}
}

var (
	otherNames = regexp.MustCompile(`^(?i:BCM|GPIO_?|IO|G|PIN)[ _]?([0-9]{1,2})$`)
	placeNames = regexp.MustCompile(`^(?i:P1_|J8_|HEADER_|PHYS_|BOARD_?)([0-9]{1,2})$`)
)

// otherName is what a pin is called that is written as in other programs (BCM23, gpio23, P1_16); "" if it is not.
func otherName(line string) string {
	if m := placeNames.FindStringSubmatch(line); m != nil {
		place, err := strconv.Atoi(m[1])
		if err != nil || place >= len(headerPins) || headerPins[place] < 0 {
			return "GPIO0 to GPIO27"
		}
		return fmt.Sprintf("GPIO%d", headerPins[place])
	}
	m := otherNames.FindStringSubmatch(line)
	if m == nil || line == "GPIO"+m[1] {
		return ""
	}
	return "GPIO" + strings.TrimLeft(m[1], "0")
}
