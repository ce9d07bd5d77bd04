package pychronimport

import (
	"strings"

	"pychron-edge/lazyregexp"
)

// class is what a class of Pychron is here.
type class struct {
	model    string             // of ours
	options  string             // that every device of it has, in flow style without braces
	gauge    *lazyregexp.Regexp // names of gauges that are keys of the option channels; nil = keys are numbers
	gauges   bool               // it has gauges
	valveKey string             // option with the valves of a box; "" = it is none
	valve    *lazyregexp.Regexp // addresses a box has
	travels  bool               // the box has a time of travel
	address  bool               // it has an option address
	laser    bool
}

var (
	gpWord    = lazyregexp.New(`^(IG[12]?|CG[123])$`)
	gpHash    = lazyregexp.New(`^(RD|RD[12AB])$`)
	xgsSensor = lazyregexp.New(`^(U[A-Z0-9]{1,8}|[TI][1-9])$`)
	oneDigit  = lazyregexp.New(`^[0-9]$`)
	relay     = lazyregexp.New(`^(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$`)
	ngxValve  = lazyregexp.New(`^(0|[1-9][0-9]{0,2})$`)
	hardware  = lazyregexp.New(`^[ -~]{1,64}$`)
	daqRelay  = lazyregexp.New(`^[123](0[1-9]|1[0-9]|20)$`)
	ljLine    = lazyregexp.New(`^([4-9]|1[0-9]|2[0-2])$`)
)

// classes are the classes that have a driver, in lower case.
var classes = map[string]class{
	"microioncontroller":          {model: "granville-phillips", gauges: true, gauge: gpWord, address: true},
	"pfeiffermaxigaugecontroller": {model: "pfeiffer-tpg", gauges: true},
	"mkscontroller":               {model: "mks-937b", gauges: true, address: true},
	"xgs600gaugecontroller":       {model: "xgs600", gauges: true, gauge: xgsSensor},
	"igc100gaugecontroller":       {model: "igc100", gauges: true},
	"mkssrg":                      {model: "srg3"},
	"hipace":                      {model: "pfeiffer-pump", address: true},
	"spcionpumpcontroller":        {model: "gamma-spc", address: true},
	"eurotherm":                   {model: "eurotherm-bisynch", address: true},
	"watlowezzone":                {model: "watlow-standard-bus", address: true},
	"model325":                    {model: "lakeshore-33x", options: `type: "325"`},
	"model330":                    {model: "lakeshore-33x", options: `type: "330", inputs: {C: control, S: sample}`},
	"model331":                    {model: "lakeshore-33x", options: `type: "331"`},
	"model335":                    {model: "lakeshore-33x", options: `type: "335"`},
	"model336":                    {model: "lakeshore-33x", options: `type: "336"`},
	"thermorack":                  {model: "thermocube"},
	"fusionsco2":                  {model: "fusions-co2", laser: true},
	"fusionsco2logicboard":        {model: "fusions-co2", laser: true},
	"fusionsdiode":                {model: "fusions-diode", laser: true},
	"fusionsdiodelogicboard":      {model: "fusions-diode", laser: true},
	"ostechlaser":                 {model: "ostech", laser: true},
	"ostechlasercontroller":       {model: "ostech", laser: true},
	"synrad":                      {model: "uc2000", laser: true},
	"synradco2":                   {model: "uc2000", laser: true},
	"arduinogpactuator":           {model: "arduino-valvebox", valveKey: "channels", valve: oneDigit, travels: true},
	"proxractuator":               {model: "proxr", valveKey: "channels", valve: relay},
	"qtegragpactuator":            {model: "qtegra", options: "magnet: false, high_voltage: false", valveKey: "valves", valve: hardware, travels: true},
	"ngxgpactuator":               {model: "ngx", valveKey: "valves", valve: ngxValve, travels: true},
	"agilentgpactuator":           {model: "agilent-34903a", valveKey: "channels", valve: daqRelay},
	"t4":                          {model: "labjack-valves", valveKey: "channels", valve: ljLine, travels: true},
}

// remote are the classes that stand for a server on the other side of the wire: what we are.
var remote = map[string]bool{
	"pychrongpactuator": true, "pychronmicroioncontroller": true, "pychronchiller": true, "pychronpneumatics": true, "nmgrlfurnaceactuator": true,
}

// classOf is the class of a device: klass, else its name read as one word.
func classOf(klass, name string) string {
	if klass != "" {
		return klass
	}
	var b strings.Builder
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// refine chooses among models of one class by what the device's file says.
func refine(c class, cfg *node) class {
	general, comm := cfg.section("General"), cfg.section("Communications")
	bus := strings.EqualFold(comm.value("type"), "modbus") || strings.EqualFold(comm.value("type"), "modbustcp")
	switch {
	case c.model == "granville-phillips" && strings.EqualFold(general.value("mode"), "rs485"):
		c.model, c.gauge = "granville-phillips-#", gpHash
	case c.model == "eurotherm-bisynch" && (bus || strings.EqualFold(comm.value("protocol"), "modbus")):
		c.model = "eurotherm-modbus"
	case c.model == "watlow-standard-bus" && bus:
		c.model = "watlow-modbus"
	}
	if strings.HasSuffix(c.model, "-modbus") && strings.EqualFold(comm.value("type"), "modbustcp") {
		c.options = "tcp: true"
	}
	return c
}
