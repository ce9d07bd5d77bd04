package sim

import (
	"strings"
	"testing"
	"time"
)

// The vectors of the sheet newport-esp301.md.
func TestESP301Vectors(t *testing.T) {
	make := func() instrument {
		e := newESP301(newPlant(1), nil).(*esp301)
		e.axes[0].position, e.axes[0].goal = 10, 10
		return e
	}
	converses(t, make, []exchange{
		{"1TP?\r", "10.0000\r\n"}, {"TE?\r", "0\r\n"}, {"TB?\r", "0, 451322, NO ERROR DETECTED\r\n"}, {"TS\r", "P\r\n"},
		{"1MD?\r", "1\r\n"}, {"1PA20.0\r", ""}, {"1MD?\r", "0\r\n"}, {"TS\r", "Q\r\n"}, {"1ST\r", ""}, {"1MD?\r", "1\r\n"},
		{"1MF\r", ""}, {"1PA10.0\r", ""}, {"TE?\r", "113\r\n"}, {"TE?\r", "0\r\n"},
		{"2MF;3MF\r", ""}, {"TS\r", "@\r\n"}, {"1MO\r", ""}, {"1PA99\r", ""}, {"TE?\r", "106\r\n"}, {"TP?\r", ""}, {"TE?\r", "37\r\n"},
	})
	p := newPlant(1)
	e := newESP301(p, nil).(*esp301)
	s := station{instrument: e}
	s.answer([]byte("1PA10\r"))
	p.step(10 * time.Second)
	if _, got := s.answer([]byte("1MD?;1TP?\r")); string(got) != "1\r\n10.0000\r\n" {
		t.Errorf("after 10 s = %q, want it there", got)
	}
}

// The vectors of the sheet mdrive.md.
func TestMDriveVectors(t *testing.T) {
	at := func(s settings, echo int) func() instrument {
		return func() instrument {
			m := newMDrive(newPlant(1), s).(*mdrive)
			m.axis.position, m.axis.goal, m.echo = 12345, 12345, echo
			return m
		}
	}
	converses(t, at(settings{}, 2), []exchange{
		{"PR P\r", "12345\r\n"}, {"PR MV\r", "0\r\n"}, {"PR ER\r", "0\r\n"}, {"MA 51200\r", ""}, {"PR MV\r", "1\r\n"}, {"SL 0\r", ""}, {"PR MV\r", "0\r\n"},
		{"CK 1\r", ""}, {bytesOf(t, "4D 52 20 31 90 0D"), "\x06"}, {"MR 1\x00\r", "\x15"},
	})
	converses(t, at(settings{"name": "A"}, 2), []exchange{{"APR P\n", "12345\r\n"}, {"BPR P\n", ""}, {"*MR 5\n", ""}})
	converses(t, at(settings{}, 0), []exchange{{"PR P\r", "PR P\r\n12345\r\n>"}})
}

// The vectors of the sheet thermo-qtegra.md. Left out: the decimal comma of a German PC.
func TestQtegraVectors(t *testing.T) {
	make := func() instrument {
		return newQtegra(newPlant(1), settings{"valves": asAny(map[string]string{"1": "Valve A"})})
	}
	converses(t, make, []exchange{
		{"GetIntegrationTime\n", "1.048576"}, {"SetIntegrationTime 1.048576\n", "OK"}, {"GetParameter Trap Current Readback\n", "200.1"},
		{"SetParameter Y-Symmetry Set,10.5\n", "OK"}, {"GetParameter Y-Symmetry Set\n", "10.5"}, {"GetMagnetMoving\n", "False"}, {"BlankBeam True\n", "OK"},
		{"Frobnicate\n", "Error: Invalid Command"}, {"SetParameter Nope,1\n", "Error: could not set Nope to 1"},
		{"GetMagnetDAC\r\n", "5.0000"}, {"GetValveState Valve A\n", "False"}, {"Open Valve A\n", "OK"},
	})
	_, got := (&station{instrument: make()}).answer([]byte("GetData\n"))
	if words := strings.Split(string(got), ","); len(words) != 12 || words[0] != "H2" || words[4] != "AX" || words[10] != "CDD" {
		t.Errorf("GetData = %q, want six tagged numbers", got)
	}
}

// The vectors of the sheet isotopx-ngx.md.
func TestNGXVectors(t *testing.T) {
	p := newPlant(1)
	var n *ngx
	make := func() instrument {
		n = newNGX(p, settings{"valves": asAny(map[string]string{"1": "a"})}).(*ngx)
		return n
	}
	converses(t, make, []exchange{
		{"GetValveStatus 1\r\n", "E42\r\n"},
		{"Login a,b\r\n", "E00\r\n"}, {"OpenValve 1\r\n", "E00\r\n"}, {"SAB 1\r\n", "E00\r\n"}, {"StopAcq\r\n", "E00\r\n"}, {"StartAcq 1,rcs\r\n", "E00\r\n"},
		{"StartAcq 1,NOM\r\n", "E43\r\n"}, {"Frobnicate\r\n", "E01\r\n"}, {"GetValveStatus 77\r\n", "E02\r\n"}, {"SSO IE, 4400\r\n", "E00\r\n"},
	})
	if !strings.HasSuffix(string(n.greet()), "\r\n") {
		t.Errorf("greeting = %q, want a line", n.greet())
	}
	p.step(1100 * time.Millisecond)
	event := string(n.speak())
	if words := strings.Split(event, ","); len(words) != 10 || words[0] != "#EVENT:ACQ" || words[1] != "rcs" || !strings.HasSuffix(event, "#\r\n") {
		t.Errorf("event = %q, want #EVENT:ACQ,rcs,_,_,time and five signals", event)
	}
	if again := n.speak(); again != nil {
		t.Errorf("second event at once = %q, want none", again)
	}
	n.logged = true
	s := station{instrument: n}
	p.step(time.Second)
	if _, got := s.answer([]byte("GetValveStatus 1\r\n")); string(got) != "OPEN\r\n" {
		t.Errorf("status after opening = %q, want OPEN", got)
	}
	s.answer([]byte("CloseValve 1\r\n"))
	p.step(time.Second)
	if _, got := s.answer([]byte("GetValveStatus 1\r\n")); string(got) != "CLOSED\r\n" {
		t.Errorf("status after closing = %q, want CLOSED", got)
	}
	if _, got := s.answer([]byte("GSO IE\r\n")); !strings.HasPrefix(string(got), "4400,4") {
		t.Errorf("GSO IE = %q, want 4400 and a read-back near it", got)
	}
}
