package sim

import (
	"bytes"
	"fmt"
	"math"
)

// windowed is an Agilent pump that speaks the window protocol: frames with an exclusive or. Sheet: agilent-window.md.
type windowed struct {
	address byte
	get     func(window string) (data string, ok bool)
	put     func(window, data string) (code byte)
}

// The codes of the protocol.
const windowDone, windowUnknown, windowRange, windowReadOnly = 0x06, 0x32, 0x34, 0x35

func (w *windowed) take(received []byte) (int, []byte) {
	if received[0] != stx {
		return 1, nil
	}
	end := bytes.IndexByte(received, etx)
	if end < 0 || len(received) < end+3 {
		return 0, nil
	}
	done, inner := end+3, received[1:end+1]
	if len(inner) < 6 || inner[0] != w.address || string(received[end+1:done]) != windowCheck(inner) {
		return done, nil
	}
	window, way, data := string(inner[1:4]), inner[4], string(inner[5:len(inner)-1])
	if way == '0' {
		if value, ok := w.get(window); ok {
			return done, w.frame(window + "0" + value)
		}
		return done, w.frame(string([]byte{windowUnknown}))
	}
	return done, w.frame(string([]byte{w.put(window, data)}))
}

func windowCheck(inner []byte) string {
	check := byte(0)
	for _, b := range inner {
		check ^= b
	}
	return fmt.Sprintf("%02X", check)
}

func (w *windowed) frame(body string) []byte {
	inner := append(append([]byte{w.address}, body...), etx)
	return append(append([]byte{stx}, inner...), windowCheck(inner)...)
}

// windowNumber is a number of six digits.
func windowNumber(x float64) string { return fmt.Sprintf("%06d", int(math.Round(x))) }

func init() {
	register("agilent-turbo", newAgilentTurbo)
	register("agilent-ion-pump", newAgilentIonPump)
}

// newAgilentTurbo is a TwisTorr: the turbo of the line. It has no window 211.
func newAgilentTurbo(p *plant, s settings) instrument {
	t := &p.turbo
	get := func(window string) (string, bool) {
		switch window {
		case "000":
			return digit(t.motor && t.station), true
		case "001":
			return digit(t.standby), true
		case "205":
			return windowNumber(agilentState(t)), true
		case "206":
			return windowNumber(float64(t.fault)), true
		}
		numbers := map[string]float64{"200": 1000 * t.current(), "201": 48, "202": 48 * t.current(), "203": t.speed, "204": 28 + 12*t.speed/nominalSpeed}
		x, ok := numbers[window]
		return windowNumber(x), ok
	}
	put := func(window, data string) byte {
		switch {
		case data != "0" && data != "1":
			return windowRange
		case window == "000":
			t.motor, t.station = data == "1", data == "1"
		case window == "001":
			t.standby = data == "1"
		default:
			return windowReadOnly
		}
		return windowDone
	}
	return &windowed{byte(0x80 + s.whole(0, "address")), get, put}
}

// agilentState: 0 stopped, 2 starting, 4 braking, 5 normal, 6 fail.
func agilentState(t *turbo) float64 {
	switch {
	case t.fault != 0:
		return 6
	case t.target() > 0 && t.speed < 0.9*t.target():
		return 2
	case t.target() > 0:
		return 5
	case t.speed > 0:
		return 4
	}
	return 0
}

// newAgilentIonPump is an IPCMini on the ion pump of the line, set to mbar. Nothing hangs on the other channels of a 4UHV.
func newAgilentIonPump(p *plant, s settings) instrument {
	pump, at := &p.ion, &p.volumes[sputter]
	if w := &p.passages[len(p.passages)-1]; w.valve == nil {
		w.valve = &valve{position: 1} // one that a person left open
	}
	get := func(window string) (string, bool) {
		seen := pump.current(at.total()) * p.noise(0.01)
		switch window {
		case "011":
			return digit(pump.on), true
		case "012", "013", "014":
			return "0", true
		case "205":
			return windowNumber(map[bool]float64{true: 5}[pump.on]), true
		case "206", "820", "830", "840":
			return windowNumber(0), true
		case "319":
			return "IPCMINI", true
		case "323":
			return "IT1234", true
		case "600":
			return windowNumber(1), true
		case "810":
			return windowNumber(pump.volts(at.total())), true
		case "811":
			return scientific(seen, 1, 2, true), true
		case "812":
			return scientific(max(seen/0.05/mbar, 1e-11), 1, 2, true), true
		case "821", "822", "831", "832", "841", "842":
			return "0.0E+00", true
		}
		return "", false
	}
	put := func(window, data string) byte {
		switch {
		case window != "011":
			return windowReadOnly
		case data != "0" && data != "1":
			return windowRange
		}
		pump.on = data == "1"
		return windowDone
	}
	return &windowed{byte(0x80 + s.whole(0, "address")), get, put}
}
