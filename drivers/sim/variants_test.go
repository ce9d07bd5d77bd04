package sim

import (
	"fmt"
	"reflect"
	"testing"

	"pychron-edge/drivers"
)

// fields are options by field, on top of the defaults.
type fields map[string]any

type (
	byNumber = map[int]string
	byName   = map[string]string
)

// variants are the other shapes of instruments that options make.
var variants = map[string][]fields{
	"agilent-34901a":    {{"Inputs": map[int]drivers.Quantity{101: {Channel: "a", Name: "temperature", Unit: "celsius", Scale: 100}, 220: {Channel: "b", Name: "voltage", Unit: "volts"}}}},
	"agilent-34903a":    {{"Channels": byNumber{101: "A", 320: "B"}, "Closed": "opens"}},
	"agilent-ion-pump":  {{"Address": 7, "Channels": byNumber{1: "a", 4: "b"}}, {"Switched": true}},
	"agilent-turbo":     {{"Address": 31}},
	"alicat":            {{"ID": "C", "Flow": "slm", "MaxFlow": 5.0}, {"Flow": "percent", "Columns": []string{"temperature", "mass_flow", "-", "setpoint", "valve", "gas"}, "MaxFlow": 100.0}},
	"edwards-tic":       {{"Gauges": byNumber{1: "ig", 3: "pir"}, "Turbo": true, "Backing": false}},
	"labjack-inputs":    {{"Analog": map[int]drivers.Quantity{0: {Channel: "a", Name: "voltage", Unit: "volts"}}, "Digital": byNumber{4: "door"}}},
	"labjack-valves":    {{"Channels": byNumber{4: "A", 5: "B"}, "Low": true, "Opened": map[int]int{4: 8}, "Closed": map[int]int{4: 9}}},
	"leybold-graphix":   {{"Channels": byNumber{1: "ig", 2: "cm", 3: "pir"}}},
	"arduino-valvebox":  {{"Channels": byNumber{0: "A", 9: "B"}}},
	"eurotherm-bisynch": {{"Address": 12, "MaxSetpoint": 500.0}, {"Fahrenheit": true, "Decimals": 2, "MaxSetpoint": 500.0}},
	"eurotherm-modbus": {{"Float": true, "MaxSetpoint": 500.0}, {"TCP": true, "MaxSetpoint": 500.0}, {"Fahrenheit": true, "Decimals": 0, "MaxSetpoint": 500.0},
		{"Remote": true, "MaxSetpoint": 500.0}},
	"gamma-spc":            {{"Address": 5, "Channels": byNumber{1: "a", 3: "b"}, "Switched": true}, {"Ethernet": true, "Switched": true}, {"Address": 0}},
	"granville-phillips":   {{"Mode": "rs485", "Address": 26}, {"Unit": "mbar", "End": "cr", "Switched": []string{"ig1"}, "Degas": true}},
	"granville-phillips-#": {{"Channels": byName{"RD1": "ig", "RDA": "cg"}, "Address": 0, "Switched": []string{"ig"}, "Degas": true}, {"Unit": "pa"}},
	"igc100":               {{"Channels": byNumber{1: "ig", 3: "pir", 5: "cm"}, "Unit": "mbar"}},
	"impac":                {{"Address": 42, "Fahrenheit": true}},
	"kerr":                 {{"Axes": map[int]drivers.Axis{1: {Name: "x", Max: 0.05, Scale: 1e-6}, 2: {Name: "y", Max: 0.05, Scale: 1e-6}}}},
	"ngx":                  {{"Valves": byNumber{1: "A", 2: "B"}}},
	"lakeshore-33x": {{"Type": "224", "Inputs": byName{"A": "a", "C1": "b", "D5": "c"}, "Loop": 0}, {"Type": "372", "Inputs": byName{"A": "a", "16": "b"}, "Loop": 0},
		{"Type": "218", "Inputs": byName{"1": "a", "8": "b"}, "Loop": 0}, {"Type": "330", "Inputs": byName{"C": "a", "S": "b"}, "MaxSetpoint": 20.0},
		{"Type": "331", "MaxSetpoint": 20.0}, {"Type": "325", "MaxSetpoint": 20.0}, {"Type": "336", "Inputs": byName{"D": "d"}, "Loop": 4, "MaxSetpoint": 20.0}, {"Type": "340", "MaxSetpoint": 20.0},
		{"Type": "350", "MaxSetpoint": 20.0}, {"MaxSetpoint": 20.0}},
	"mdrive":         {{"Name": "A"}, {"Checksum": true}, {"Name": "B", "Checksum": true}},
	"micro-epsilon":  {{"Family": "cs"}, {"Unchecked": true}, {"HighResolution": true, "Address": 3}},
	"mks-937b":       {{"Address": 254, "Channels": byNumber{1: "ig", 3: "conv", 5: "cap"}, "Switched": []string{"ig"}}},
	"mks-9xx":        {{"Channels": byNumber{1: "pir", 3: "a", 4: "b", 5: "cc"}, "Temperature": true}},
	"pfeiffer-gauge": {{"Address": 15, "Channel": "pir", "Gauge": "pirani", "Low": 1e-4, "High": 1200.0}},
	"pfeiffer-pump":  {{"Address": 255}},
	"pfeiffer-tpg": {{"Type": "300", "Channels": byNumber{1: "a", 4: "cg"}}, {"Type": "500"}, {"Channels": byNumber{1: "ig", 2: "cg", 6: "cm"}},
		{"Address": 3}},
	"proxr": {{"Codec": true, "Channels": byNumber{0: "A", 255: "B"}}},
	"qtegra": {{"Valves": byName{"Valve A": "A", "Valve B": "B"}, "Magnet": true, "HighVoltage": true,
		"Parameters": []drivers.QtegraParameter{{Get: "Trap Current Readback", Set: "Trap Current Set", Name: "trap", Unit: drivers.Amperes, Scale: 1e-6, Max: 2e-4},
			{Get: "Temp1", Name: "board", Unit: drivers.Celsius}}},
		{"Detectors": []drivers.Detector{}, "Gauges": byName{"Bone Gauge": "ig"}, "Valves": byName{"Valve A": "A"}}},
	"srg3":          {{"Unit": "torr"}},
	"thermocube":    {{"Type": "thermocube-ii", "Standby": true}},
	"uc2000":        {{"ChecksumOff": true}},
	"watlow-modbus": {{"Map": 2, "MaxSetpoint": 500.0}, {"TCP": true, "Zone": 3, "WordOrder": "high", "MaxSetpoint": 500.0}},
	"xgs600":        {{"Channels": byName{"UION1": "ig", "T1": "cg"}, "Address": 18, "Switched": []string{"ig"}}},
}

func TestVariantsAgree(t *testing.T) {
	for name, all := range variants {
		m, err := drivers.Find(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, change := range all {
			t.Run(fmt.Sprint(name, change), func(t *testing.T) {
				options := m.Defaults()
				for field, value := range change {
					f := reflect.ValueOf(options).Elem().FieldByName(field)
					if !f.IsValid() {
						t.Fatalf("%s has no option %s", name, field)
					}
					f.Set(reflect.ValueOf(value))
				}
				agrees(t, m, options)
			})
		}
	}
}
