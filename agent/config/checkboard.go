package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pychron-edge/lazyregexp"
	"pychron-edge/near"
)

// board checks the pins against the board: names that no line has, pins that another function holds, and outputs that are on
// from reset until the agent requests them.
func (k *checking) board() {
	k.OneOf("agent.board", k.config.Agent.Board, append([]string{""}, boards...)...)
	for i, d := range k.plan.Devices {
		for _, name := range SortedKeys(d.Wiring) {
			path := devicePath(i) + ".pins." + name
			if right := otherName(d.Pins[name].Line); right != "" {
				k.Warn(path, "pin %s of %s is %q, which is no line of a Raspberry Pi; must be %s", name, d.Name, d.Pins[name].Line, right)
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
	otherNames  = lazyregexp.New(`^(?i:BCM|GPIO|IO|G|GP)[ _-]?([0-9]{1,3})$`)
	placeNames  = lazyregexp.New(`^(?i:P1[_-]|J8[:_-]|HEADER[_-]?|PHYS[_-]?|BOARD[:_-]?)([0-9]{1,2})$`)
	eitherNames = lazyregexp.New(`^(?i:PIN)[ _-]?([0-9]{1,2})$`)
	misspelt    = lazyregexp.New(`^([A-Z0]{3,5}?)([0-9]{1,3})$`)
)

// highestLine is the highest number of a GPIO of any Raspberry Pi, on its header or not.
const highestLine = 57

// otherName is what a pin must be called that is written as in other programs (BCM23, gpio23, P1_16) or misspelt (GPI017); "" if it may be a line's name.
func otherName(line string) string {
	if m := placeNames.FindStringSubmatch(line); m != nil {
		return atPlace(m[1])
	}
	if m := eitherNames.FindStringSubmatch(line); m != nil {
		if at := atPlace(m[1]); at != anyLine {
			return fmt.Sprintf("%s if it is pin %s of the header, or %s", at, m[1], lineNamed(m[1]))
		}
		return lineNamed(m[1])
	}
	if m := otherNames.FindStringSubmatch(line); m != nil {
		if right := lineNamed(m[1]); right != line {
			return right
		}
		return ""
	}
	if m := misspelt.FindStringSubmatch(line); m != nil && near.Distance(m[1], "GPIO") == 1 {
		return lineNamed(m[2])
	}
	return ""
}

// anyLine is what the lines of the header are called.
const anyLine = "GPIO0 to GPIO27"

// lineNamed is the line with a number.
func lineNamed(digits string) string {
	number, err := strconv.Atoi(digits)
	if err != nil || number > highestLine {
		return anyLine
	}
	return fmt.Sprintf("GPIO%d", number)
}

// atPlace is the line at a place of the header of 40 pins.
func atPlace(digits string) string {
	place, err := strconv.Atoi(digits)
	if err != nil || place >= len(headerPins) || headerPins[place] < 0 {
		return anyLine
	}
	return fmt.Sprintf("GPIO%d", headerPins[place])
}
