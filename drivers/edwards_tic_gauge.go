package drivers

import (
	"context"
	"strings"
)

// ticGauge is the object of the first gauge.
const ticGauge = 913

// pressure asks for a gauge: value, unit, state, alert, priority.
func (d *tic) pressure(ctx context.Context, c channel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	fields, err := d.fields(ctx, ticGauge+c.number-1, 5)
	if err != nil {
		return known(r, err)
	}
	return ticPressure(r, fields), nil
}

var (
	ticUnits  = map[string]string{"66": "in volts", "81": "in percent"} // and 59, pascals
	ticStates = map[string]string{
		"0": "not connected", "1": "connected", "2": "new gauge id", "3": "gauge changed", "4": "in alert", "5": "off", "6": "striking", "7": "initialising",
		"8": "calibrating", "9": "zeroing", "10": "degassing", "12": "inhibited",
	}
	ticBounds = map[string]Bound{"3": AtLeast, "10": AtLeast, "12": AtLeast, "4": AtMost, "11": AtMost} // alerts out of range
	ticBlind  = map[string]bool{"1": true, "6": true, "13": true, "14": true, "15": true, "37": true}   // alerts that leave no value
	ticAlerts = map[string]string{
		"1": "ADC fault", "3": "over range", "4": "under range", "6": "no gauge", "10": "over range", "11": "under range", "12": "over range",
		"13": "emission time-out", "14": "not struck", "15": "filament", "23": "over pressure", "25": "ramp-up time-out", "26": "droop time-out",
		"28": "interlock", "32": "pump fault", "33": "temperature", "34": "system inhibit", "37": "no reading", "47": "service due",
	}
)

// ticPressure is a value only of a gauge that is on (state 11) and shows pascals (unit 59).
func ticPressure(r Reading, fields []string) Reading {
	value, unit, state, alert := fields[0], strings.TrimSpace(fields[1]), strings.TrimSpace(fields[2]), strings.TrimSpace(fields[3])
	v, err := normal(value)
	if err == nil {
		err = check(Reading{Unit: Pascals, Value: v})
	}
	_, unread := integer(alert) // an alert may be all that makes a limit of the value
	switch {
	case state != "11" && ticStates[state] != "":
		r.Missing = ticStates[state]
	case state != "11":
		r.Missing = "state " + state + ", which is not known"
	case unit != "59" && ticUnits[unit] != "":
		r.Missing = ticUnits[unit]
	case unit != "59":
		r.Missing = "unit " + unit + ", which is not known"
	case unread != nil:
		r.Missing = ticAlert(alert) + ", which is not known"
	case ticBlind[alert]:
		r.Missing = ticAlert(alert)
	case err != nil:
		r.Missing = (&answer{reply: value, kind: ErrGarbled, why: err}).reason()
	case ticBounds[alert] != Exact && v <= 0:
		r.Missing = ticAlert(alert)
	default:
		r.Value, r.Bound = v, ticBounds[alert]
	}
	return r
}

// ticAlert is an alert in words, with its number.
func ticAlert(alert string) string {
	return strings.TrimSpace("alert " + alert + " " + ticAlerts[alert])
}
