package pychron

import (
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// vector is one of section 8 of docs/protocols/pychron-remote-valves.md, or of its text: requests and their replies in order.
type vector struct {
	name    string
	change  func(*fakeAgent) // what the line of valvesABC is changed to
	a       Position         // of valve A
	request []string
	reply   []string
}

func lockC(f *fakeAgent) { f.valves[2].Locked = true }
func closeB(f *fakeAgent) {
	f.valves[1].Position = Closed
}

var vectors = []vector{
	{"1 open", nil, Closed, []string{"Open A\r"}, []string{"OK"}},
	{"2 open what is open", nil, Open, []string{"Open A\r"}, []string{"ok"}},
	{"3 close in JSON", nil, Open, []string{"{\"command\": \"Close\", \"value\": \"A\"}\n"}, []string{"OK"}},
	{"4 state", nil, Open, []string{"GetValveState A\r\n"}, []string{"True"}},
	{"5 indicator by address", nil, Closed, []string{"GetIndicatorState 51\r"}, []string{"False"}},
	{"6 states", nil, Closed, []string{"GetValveStates\r"}, []string{"A0,B1,C03446"}},
	{"7 locks", nil, Closed, []string{"GetValveLockStates\r"}, []string{"A0,B0,C035ba"}},
	{"8 checksum", lockC, Closed, []string{"GetStateChecksum A,B,C\r"}, []string{"1023369191"}},
	{"8 checksum of one", nil, Closed, []string{"GetStateChecksum A\r"}, []string{"864551654"}},
	{"8 checksum of one that is open", nil, Open, []string{"GetStateChecksum A\r"}, []string{"1500314949"}},
	{"9 owners", func(f *fakeAgent) {
		f.valves[0].Owner, f.valves[1].Owner = "pychron@129.128.12.141", "pychron@129.128.12.141"
	}, Closed, []string{"GetValveOwners\r"}, []string{"129.128.12.141-A,B:C"}},
	{"10 pressure", nil, Closed, []string{"GetPressure bone_micro_ion,IG\r"}, []string{"1.2e-09"}},
	{"11 no such gauge", nil, Closed, []string{"GetPressure foo,IG\r"}, []string{"ERROR 016 : foo IG not available"}},
	{"11 not believable", nil, Closed, []string{"GetPressure ion1,cg\r"}, []string{"ERROR 016 : ion1 cg not available"}},
	{"11 no pressure", nil, Closed, []string{"GetPressure chiller,temperature\r"}, []string{"ERROR 016 : chiller temperature not available"}},
	{"12 unknown valve", nil, Closed, []string{"GetValveState Z\r", "GetIndicatorState Z\r"}, []string{"ERROR 005 : Z is not a registered valve name", "ERROR 005 : Z is not a registered valve name"}},
	{"13 open an unknown valve", nil, Closed, []string{"Open Z\r", "Open\r", "Open A,B\r", "Open AFlag\r"}, []string{
		"ERROR 004 : invalid arguments: Open Z", "ERROR 004 : invalid arguments: Open ", "ERROR 004 : invalid arguments: Open A,B", "ERROR 004 : invalid arguments: Open AFlag"}},
	{"14 interlock", func(f *fakeAgent) { f.forbid["A"] = true }, Closed, []string{"Open A\r"}, []string{"ERROR 015 : Valve A failed to actuate open"}},
	{"14 soft lock", lockC, Closed, []string{"Open C\r", "GetValveLockState C\r", "Close C\r"}, []string{"ERROR 014 : Valve C is software locked", "True", "ok"}},
	{"15 no such device", nil, Closed, []string{"Read Foo\r", "Set Foo 1\r", "Ping Foo\r"}, []string{
		"ERROR 008 : device Foo not connected", "ERROR 008 : device Foo not connected", "ERROR 008 : device Foo not connected"}},
	{"16 lock of an unknown valve", nil, Closed, []string{"GetValveLockState Z\r", "GetValveLockState A\r"}, []string{"No Response", "False"}},
	{"18 contradicting switches", func(f *fakeAgent) { f.contra["A"] = true }, Unknown, []string{"GetIndicatorState A\r", "Close A\r", "GetIndicatorState A\r", "Open A\r", "GetIndicatorState A\r"}, []string{
		"True", "ERROR 015 : Valve A failed to actuate close", "True", "ERROR 015 : Valve A failed to actuate open", "False"}},
	{"19 not known is open", closeB, Unknown, []string{"GetValveStates\r", "GetValveState A\r"}, []string{"A1,B0,C0257a", "True"}},
	{"20 a close is never refused by an interlock", func(f *fakeAgent) { f.forbid["A"] = true }, Open, []string{"Close A\r"}, []string{"OK"}},
	{"22 display name", nil, Closed, []string{"GetPressure bone_micro_ion,Bone IG\r"}, []string{"1.2e-09"}},
	{"22 in JSON", nil, Closed, []string{`{"command":"GetPressure","controller":"ion1","gauge":"ig"}` + "\r"}, []string{"1.2e-09"}},
	{"24 plain flag", nil, Closed, []string{"Read BoneFlag\r\n", "Set BoneFlag 1\r\n", "Read BoneFlag\r\n", "Set BoneFlag 0\r\n", "Read BoneFlag\r\n"}, []string{"0", "OK", "1", "OK", "0"}},
	{"24 in JSON", nil, Closed, []string{`{"command":"Set","device":"BoneFlag","value":1}` + "\n", "Read BoneFlag\n"}, []string{"OK", "1"}},
	{"26 timed flag that is not set", nil, Closed, []string{"Read PumpTimeFlag\r", "Ping PumpTimeFlag\r", "Set PumpTimeFlag on\r", "Set PumpTimeFlag -1\r"}, []string{"0", "Complete", "Invalid flag value", "Invalid flag value"}},
	{"27 blank after the comma", nil, Closed, []string{"GetPressure bone_micro_ion, IG\r"}, []string{"1.2e-09"}},
	{"28 one owner of all", func(f *fakeAgent) {
		for n := range f.valves {
			f.valves[n].Owner = "pychron@10.0.0.2"
		}
	}, Closed, []string{"GetValveOwners\r"}, []string{"10.0.0.2-A,B,C:"}},
	{"28 no owner", nil, Closed, []string{"GetValveOwners\r"}, []string{"A,B,C"}},
	{"28 owner that is no client", func(f *fakeAgent) { f.valves[0].Owner = "page:j-r" }, Closed, []string{"GetValveOwners\r"}, []string{"edge-A:B,C"}},
	{"28 valve flag", nil, Closed, []string{"Set LineFlag 1\r", "GetValveOwners\r"}, []string{"OK", "10.0.0.2-A,B:C"}},
	{"29 no error", nil, Closed, []string{"GetError\r"}, []string{""}},
	{"30 checksum with an unknown name", nil, Closed, []string{"GetStateChecksum A,Z\r", "GetStateChecksum\r"}, []string{"ERROR 005 : Z is not a registered valve name", "ERROR 004 : invalid arguments: GetStateChecksum "}},
	{"version 1 words", nil, Closed, []string{"GetStateWord\r", "GetLockWord\r"}, []string{"A,B,C|26df6", "A,B,C|0ec37"}},
	{"pipettes", nil, Closed, []string{"GetPipetteCount air\r", "GetPipetteCount none\r", "GetPipetteCounts\r"}, []string{"3", "0", "[{'counts': 3, 'last_shot_time': None}]"}},
	{"devices", nil, Closed, []string{"Read room\r", "Read chiller.temperature\r", "Read chiller\r", "Read ion1.ig\r", "Read ion1.cg\r", "Set chiller 18\r"}, []string{
		"20.0", "21.5", "ERROR 004 : invalid arguments: Read chiller", "1.2e-09", "ERROR 010 : no response from device", "OK"}},
	{"set what may not be set", nil, Closed, []string{"Set chiller.power 5\r", "Set chiller nan\r", "Set room 5\r", "Set chiller\r"}, []string{
		"ERROR 004 : invalid arguments: Set chiller.power 5", "ERROR 004 : invalid arguments: Set chiller nan", "ERROR 004 : invalid arguments: Set room 5", "ERROR 004 : invalid arguments: Set chiller"}},
	{"coolant", nil, Closed, []string{"GetCoolantOutTemperature\r", "GetFaults\r", "GetPneumaticsPressure\r"}, []string{"21.5", "", "ERROR 008 : device pneumatics not connected"}},
	{"echo", nil, Closed, []string{"GetData 3\r", "GetData x\r"}, []string{"3.0", "ERROR 004 : invalid arguments: GetData x"}},
	{"comma for the blank", nil, Open, []string{"GetValveState,A\r"}, []string{"True"}},
	{"brackets", nil, Open, []string{"GetValveState (A)\r"}, []string{"True"}},
	{"JSON that says a thing twice", nil, Open, []string{`{"command":"Close","command":"Open","value":"A"}` + "\r", `{"command":"Close","value":"B","value":"A"}` + "\r", `{"command":"GetData","value":1} x` + "\r"}, []string{
		`ERROR 003 : invalid command: {"command":"Close","command":"Open","value":"A"}`, `ERROR 003 : invalid command: {"command":"Close","value":"B","value":"A"}`, `ERROR 003 : invalid command: {"command":"GetData","value":1} x`}},
	{"values in JSON", func(f *fakeAgent) { f.valves[1].Name = "12345678" }, Closed, []string{`{"command":"GetValveState","value":12345678}` + "\r", `{"command":"Open","value":null}` + "\r", `{"command":"Open","value":{"a":1}}` + "\r", `{"command":"GetData","value":1e400}` + "\r"}, []string{
		"True", "ERROR 004 : invalid arguments: Open ", "ERROR 004 : invalid arguments: Open ", "ERROR 004 : invalid arguments: GetData 1e400"}},
	{"numbers", nil, Closed, []string{"GetData 1_0\r", "GetData 0x1p3\r", "GetData +1.5e1\r", "GetData infinity\r", "Set chiller 1_8\r"}, []string{
		"ERROR 004 : invalid arguments: GetData 1_0", "ERROR 004 : invalid arguments: GetData 0x1p3", "15.0", "ERROR 004 : invalid arguments: GetData infinity", "ERROR 004 : invalid arguments: Set chiller 1_8"}},
	{"no command", nil, Closed, []string{"Frobnicate\r", "{broken\r", "-A\r", "Open-A\r", `{"command":5}` + "\r"}, []string{
		"ERROR 003 : invalid command: Frobnicate", "ERROR 003 : invalid command: {broken", "ERROR 003 : invalid command: -A", "ERROR 003 : invalid command: Open-A", `ERROR 003 : invalid command: {"command":5}`}},
}

// made is the line of a vector.
func (v *vector) made() *fakeAgent {
	f := valvesABC(v.a)
	if v.change != nil {
		v.change(f)
	}
	return f
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			h := handlerFor(t, v.made(), func(o *Options) { o.Coolant = "chiller" })
			var got []string
			for _, request := range v.request {
				got = append(got, h.answer(t.Context(), mac, request))
			}
			if !slices.Equal(got, v.reply) {
				t.Errorf("%q = %q, want %q", v.request, got, v.reply)
			}
		})
	}
}

func TestStrictEmulation(t *testing.T) {
	h := handlerFor(t, valvesABC(Open), func(o *Options) { o.CloseAfterReply = true })
	for request, want := range map[string]string{"GetValveState A": "OK", "GetIndicatorState A": "OK", "GetValveState C": "False"} {
		if got := h.answer(t.Context(), mac, request); got != want {
			t.Errorf("%s = %q, want %q", request, got, want)
		}
	}
}

// Section 4, and vector 17.
func TestChecksums(t *testing.T) {
	for text, crc := range map[string]string{"123456789": "374b", "A0": "31f4", "A1,B0": "e78e", "A0,B1,C0": "3446", "A0,B0,C0": "35ba", "A,B,C": "edba", "A,B,C|2": "6df6"} {
		if got := withCRC(text); got != text+crc {
			t.Errorf("withCRC(%q) = %q, want %q behind it", text, got, crc)
		}
	}
	for reply, want := range map[string]string{"A0,B1,C0": "0010A0,B1,C03446", "OK": "000AOK75b7"} {
		if got := framed(reply); got != want {
			t.Errorf("framed(%q) = %q, want %q", reply, got, want)
		}
	}
}

func TestKindsOfSwitchesInTheChecksum(t *testing.T) {
	for kind, want := range map[Kind]string{Driven: "VALVE-ATrueFalse", Switch: "SWITCH-ATrueFalse", Manual: "MANUAL_SWITCH-ATrue"} {
		if got := stateString(&Valve{Name: "A", Kind: kind, Position: Open}); got != want {
			t.Errorf("stateString of kind %d = %q, want %q", kind, got, want)
		}
	}
}

func TestNumbersAsPythonWritesThem(t *testing.T) {
	for v, want := range map[float64]string{0: "0.0", 760: "760.0", 1.2e-9: "1.2e-09", 0.0012: "0.0012", 0.0001: "0.0001", 0.00001: "1e-05", 1e16: "1e+16", -2.5: "-2.5"} {
		if got := float(v); got != want {
			t.Errorf("float(%v) = %q, want %q", v, got, want)
		}
	}
	for pascals, want := range map[float64]string{1.59987e-07: "1.2e-09", 101325: "760.0", 1: "0.00750062"} {
		if got := torr(pascals); got != want {
			t.Errorf("torr(%v) = %q, want %q", pascals, got, want)
		}
	}
}

// Vector 23: queries are answered by UDP, commands only with their own true; a refusal is an event with the address.
func TestCommandsByUDPNeedTheirOwnTrue(t *testing.T) {
	f := valvesABC(Closed)
	h := handlerFor(t, f)
	by := Client{Address: "10.0.0.9", Via: "udp"}
	for _, request := range []string{"Open A", "Close B", "Set BoneFlag 1"} {
		if got := h.answer(t.Context(), by, request); !strings.HasPrefix(got, "ERROR 012") {
			t.Errorf("%s by UDP = %q, want ERROR 012", request, got)
		}
	}
	if got := h.answer(t.Context(), by, "GetValveStates"); got != "A0,B1,C03446" {
		t.Errorf("GetValveStates by UDP = %q, want an answer", got)
	}
	refused := f.noted("commands_refused_total")
	if len(f.moves()) != 0 || len(refused) != 2 || !strings.Contains(refused[0].Note, "who=pychron@10.0.0.9 via=udp") {
		t.Errorf("moved %v, refusals %+v; want nothing moved and two events with the address", f.moves(), refused)
	}
	if h.flags.ownerOf("A") != "" {
		t.Error("a flag was set by UDP")
	}
}

// A valve that another client holds by its flag is not opened for anybody else; closing is never refused.
func TestValveOfAFlagBelongsToItsHolder(t *testing.T) {
	f := valvesABC(Closed)
	h := handlerFor(t, f)
	for _, step := range []struct {
		by            Client
		request, want string
	}{
		{mac, "Set LineFlag 1", "OK"},
		{pc, "Open A", "ERROR 015 : Valve A failed to actuate open"},
		{pc, "Close B", "OK"},
		{mac, "Open A", "OK"},
		{mac, "Set LineFlag 0", "OK"},
		{pc, "Open B", "OK"},
	} {
		if got := h.answer(t.Context(), step.by, step.request); got != step.want {
			t.Errorf("%s: %s = %q, want %q", step.by.Address, step.request, got, step.want)
		}
	}
	refused := f.noted("commands_refused_total")
	if len(refused) != 1 || refused[0].Kind != buffer.Command || !strings.Contains(refused[0].Note, "pychron@10.0.0.3") {
		t.Errorf("refusals %+v, want one with the address of the other client", refused)
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		for _, request := range v.request {
			f.Add(request)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := handlerFor(t, valvesABC(Closed))
		got := h.answer(t.Context(), mac, text)
		if strings.ContainsAny(got, "\r\n\x00") || len(got) > 512 {
			t.Errorf("answer to %q = %q, want one line that is not long", text, got)
		}
		if r := parse(text); strings.ContainsFunc(r.name, func(c rune) bool { return !inName(c) }) {
			t.Errorf("parse(%q) has the word %q", text, r.name)
		}
	})
}
