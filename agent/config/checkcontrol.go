package config

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// controls works out what the device can be told, by making one that is connected to nothing: constructors do no I/O.
func (k *checking) controls(d *DevicePlan, path string) {
	made, err := d.Model.Open(disconnected(d), d.Decoded)
	if err != nil {
		at := path + ".options"
		if len(d.Pins) > 0 {
			at = path + ".pins"
		}
		k.At(at, "%s: %v", d.Name, err)
		k.unclear[d.Name] = true
		return
	}
	actuator, ok := made.(drivers.Actuator)
	if !ok || len(actuator.Controls()) == 0 {
		k.onlyReads(d, path)
		return
	}
	k.drives[d.Name] = true
	k.readOnly(d, path)
	for _, c := range actuator.Controls() {
		named := slices.Contains(d.Controls, c.Name)
		d.Moves = append(d.Moves, Control{Control: c, Enabled: d.Control && (!c.Hazard || named)})
	}
	k.idle(d, path)
	k.slew(d, path)
	for i, name := range d.Controls {
		at := fmt.Sprintf("%s.controls[%d]", path, i)
		switch c := d.Move(name); {
		case c == nil:
			k.At(at, "%s has no control %s; %s", d.Name, name, d.oneControl())
		case !c.Hazard:
			k.Warn(at, "%s.%s is no hazard and need not be named", d.Name, name)
		case !d.Control:
			k.Warn(at, "%s.%s is named and the device is read-only, for it does not say control: true", d.Name, name)
		}
	}
}

// onlyReads notes settings of what acts on a device that does not.
func (k *checking) onlyReads(d *DevicePlan, path string) {
	for key, set := range map[string]bool{
		"control": d.Control, "controls": len(d.Controls) > 0, "on_start": d.OnStart == "idle", "on_exit": d.OnExit == "halt", "on_halt": d.OnHalt != "",
		"on_return": d.OnReturn == "idle", "hold_off": d.HoldOff > 0, "slew": d.Slew != 0, "idle": d.Idle != "",
	} {
		if set {
			k.At(path+"."+key, "model %s only reads; %s has no meaning for it", d.Model.Name, key)
		}
	}
}

// readOnly notes what would move a device that nobody may command.
func (k *checking) readOnly(d *DevicePlan, path string) {
	for key, set := range map[string]bool{"on_start": d.OnStart == "idle", "on_return": d.OnReturn == "idle", "hold_off": d.HoldOff > 0} {
		if set && !d.Control {
			k.At(path+"."+key, "%s is read-only, and %s would command it; say control: true or leave it out", d.Name, key)
		}
	}
}

// disconnected is what a device is made with to look at it: a port on which nothing is sent and pins that lead nowhere.
func disconnected(d *DevicePlan) drivers.Wires {
	w := drivers.Wires{
		Port: nowhere{}, In: map[string]gpio.PinIn{}, Out: map[string]gpio.PinOut{},
		Wait: func(context.Context, time.Duration) error { return errNowhere },
	}
	for name := range d.Pins {
		if slices.Contains(d.Model.Pins.Out, name) {
			w.Out[name] = gpio.INVALID
		} else {
			w.In[name] = gpio.INVALID
		}
	}
	return w
}

// nowhere is a port that is connected to nothing.
type nowhere struct{}

var errNowhere = errors.New("connected to nothing")

func (nowhere) Transact(context.Context, []byte, bufio.SplitFunc) ([]byte, error) {
	return nil, errNowhere
}

func (nowhere) Hold(context.Context, func(drivers.Port) error) error { return errNowhere }
