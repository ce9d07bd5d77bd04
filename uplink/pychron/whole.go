package pychron

import "strings"

// takesName are the commands whose last argument is a name.
var takesName = map[string]struct {
	arguments int
	names     func(*handler) []string // that it may be
}{
	"Open": {1, (*handler).valveNames}, "Close": {1, (*handler).valveNames}, "GetValveState": {1, (*handler).valveNames},
	"GetIndicatorState": {1, (*handler).valveNames}, "GetChannelState": {1, (*handler).valveNames}, "GetValveLockState": {1, (*handler).valveNames},
	"GetPipetteCount": {1, (*handler).pipetteNames}, "GetPressure": {2, (*handler).pointNames}, "Read": {1, (*handler).thingNames}, "Ping": {1, (*handler).thingNames},
}

// takesMore are the commands that may always go on: after a number comes another digit, after a list another name, and after Prepare a Laser.
var takesMore = map[string]bool{
	"GetStateChecksum": true, "GetData": true, "Set": true, "SetSetpoint": true, "SetLaserPower": true, "SetLaserOutput": true,
	"SetX": true, "SetY": true, "SetZ": true, "SetXY": true, "GoToHole": true, "GoToPoint": true, "GoToNamedPosition": true,
	"DoPattern": true, "DoJog": true, "SetBeamDiameter": true, "SetZoom": true, "SetMotor": true, "GetMotorMoving": true, "SetMotorLock": true,
	"SetSampleHolder": true, "SetLight": true, "StartVideoRecording": true, "Snapshot": true, "Prepare": true,
}

// whole says whether a text that came without an end is a command that nothing which could follow makes another command of: JSON with its
// last bracket, a command without arguments, or one that ends in a name with which no other name begins. "Open V1" is whole, unless
// there is a V10; "SetLaserPower 1" never is.
func whole(text string, known func(command string) bool, h *handler) bool {
	text = strip(text)
	if strings.HasPrefix(text, "{") {
		_, ok := object(text)
		return ok
	}
	r := parse(text)
	last, named := takesName[r.name]
	switch {
	case !known(r.name) || takesMore[r.name]:
		return false
	case !named:
		return true
	case h == nil || len(r.args) != last.arguments:
		return false
	}
	return onlyName(r.args[len(r.args)-1], last.names(h))
}

// onlyName says whether a text is one of some names, and begins no longer one of them; capitals aside, as devices are found.
func onlyName(text string, names []string) bool {
	text = strings.ToLower(text)
	found := false
	for _, name := range names {
		name = strings.ToLower(name)
		switch {
		case name == text:
			found = true
		case strings.HasPrefix(name, text):
			return false
		}
	}
	return found
}

// whole is that of the valve port.
func (h *handler) whole(text string) bool {
	return whole(text, func(command string) bool { return answers[command] != nil }, h)
}

// whole is that of a furnace.
func (h *furnaceHandler) whole(text string) bool {
	return whole(text, func(command string) bool { return furnaceAnswers[command] != nil }, h.handler)
}

// whole is that of a laser, none of whose commands takes the name of a device.
func (h *laserHandler) whole(text string) bool {
	return whole(text, func(command string) bool {
		return laserAnswers[command] != nil || stageAnswers[command] != nil || laserParts[command] != nil
	}, nil)
}

func (h *handler) valveNames() (all []string) {
	for _, v := range h.agent.Valves() {
		all = append(append(all, v.Name), v.Others...)
	}
	return all
}

func (h *handler) pipetteNames() (all []string) {
	for _, p := range h.agent.Pipettes() {
		all = append(all, p.Name)
	}
	return all
}

func (h *handler) pointNames() (all []string) {
	for _, d := range h.agent.Devices() {
		for _, p := range d.Points {
			all = append(all, p.Names...)
		}
	}
	return all
}

// thingNames are those of flags, devices and their points.
func (h *handler) thingNames() (all []string) {
	for _, f := range h.options.Flags {
		all = append(all, f.Name)
	}
	for _, d := range h.agent.Devices() {
		for _, name := range d.Names {
			all = append(all, name)
			for _, p := range d.Points {
				for _, point := range p.Names {
					all = append(all, name+"."+point)
				}
			}
		}
	}
	return all
}
