package probe

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
)

// place is the port that is probed.
type place struct {
	url     string // without settings
	query   string // the settings that were given
	address line.Address
	port    *line.PortInfo // of a serial port that the machine lists; nil for others
}

// placeOf reads a URL, or the path of a serial port. A port that has a name which stays is named by that.
func placeOf(text string) (*place, error) {
	if text == "" {
		return nil, errors.New("no port; must be one, such as /dev/ttyUSB0 (`agent ports` lists them)")
	}
	if strings.HasPrefix(text, "/") {
		text = "serial://" + text
	}
	address, err := line.ParseAddress(text, drivers.LineSettings{})
	if err != nil {
		return nil, err
	}
	p := &place{address: address}
	p.url, p.query, _ = strings.Cut(text, "?")
	if address.Scheme != "serial" {
		p.url = text
		return p, nil
	}
	ports, err := line.ListPorts("", "")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, info := range ports {
		if "serial://"+info.Node == address.Key() {
			p.port = &info
			p.url = "serial://" + cmp.Or(info.Stable(), info.Node)
		}
	}
	if address.Node == "" {
		p.url = text // by USB identity, which stands in the query
	}
	return p, nil
}

// refuseHeld refuses a line that another program has.
func (p *place) refuseHeld() error {
	if held := p.address.InUse(); held != nil {
		return fmt.Errorf("%w; it was left alone: stop that program first (systemctl stop pychron-edge-agent)", held)
	}
	return nil
}

// refuseConfigured refuses a line on which something is configured that moves, or may be: its name is that of another adapter, too. Where
// the file cannot be read nobody knows.
func (p *place) refuseConfigured(r Request) error {
	if _, err := os.Stat(r.File); errors.Is(err, fs.ErrNotExist) && r.Missing {
		return nil
	}
	plan, _, _, err := config.ReadPlan(r.File)
	if err != nil {
		return fmt.Errorf("%s cannot be read, so nobody knows what hangs on %s; must pass check: %w", r.File, p.address, err)
	}
	for _, d := range plan.Devices {
		if d.Port == "" || d.Line.Key() != p.address.Key() && (p.port == nil || !d.Line.MayLeadTo(*p.port)) {
			continue
		}
		if what := moves(d); what != "" {
			return fmt.Errorf("%s is the port of %s, %s: it is not probed", p.address, d.Name, what)
		}
	}
	return nil
}

// moves says what of a device makes a foreign byte dangerous; "" if nothing does.
func moves(d *config.DevicePlan) string {
	switch {
	case d.Model.Laser || d.Model.Family == "laser" || d.Family == "laser":
		return "a laser"
	case d.Model.Family == "valve" || d.Family == "valve":
		return "a valve"
	case slices.ContainsFunc(d.Points, func(p config.PointPlan) bool { return p.Name == "position" }):
		return "which moves something"
	}
	return ""
}

// resetting are adapters that boards have which reset when DTR rises, as it does when a port is opened: by their USB identity, or by their
// maker's alone.
var resetting = map[string]string{
	"2341": "an Arduino", "2a03": "an Arduino", "1a86": "a CH340, as on Arduino boards", "10c4:ea60": "a CP210x, as on ESP32 boards", "2e8a": "a Raspberry Pi Pico",
	"239a": "an Adafruit board", "1b4f": "a SparkFun board", "16c0": "a Teensy", "303a": "an ESP32", "0403:6001": "an FT232R, as on older Arduino boards",
}

// plainCables are names by which an adapter of a maker of cables is known to be one: its EEPROM was written by somebody.
func plainCable(info *line.PortInfo) bool {
	return strings.EqualFold(info.VID, "0403") && info.Product != "" && info.Product != "FT232R USB UART"
}

// refuseReset refuses an adapter that may reset its board.
func (p *place) refuseReset(may bool) error {
	if p.port == nil || may || plainCable(p.port) {
		return nil
	}
	vid := strings.ToLower(p.port.VID)
	what := cmp.Or(resetting[vid+":"+strings.ToLower(p.port.PID)], resetting[vid])
	if what == "" {
		return nil
	}
	return fmt.Errorf("%s is %s (%s:%s %s): opening it may reset its board, and a box of valves drops every valve then; -may-reset if nothing hangs there that must not",
		p.port.Node, what, p.port.VID, p.port.PID, p.port.Product)
}
