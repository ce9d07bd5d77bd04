package pychronimport_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"pychron-edge/agent/config"
	"pychron-edge/agent/pychronimport"
)

func valley(t *testing.T, o pychronimport.Options) *pychronimport.Result {
	t.Helper()
	r, err := pychronimport.Import(os.DirFS("testdata/valley"), "setupfiles", o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mustCheck fails where the configuration would not pass check.
func mustCheck(t *testing.T, text string) {
	t.Helper()
	if _, _, err := config.PlanOf("import", []byte(text)); err != nil {
		t.Fatalf("the result does not pass check: %v\n%s", err, text)
	}
}

func TestWhatBecomesOfEachThing(t *testing.T) {
	r := valley(t, pychronimport.Options{})
	mustCheck(t, r.YAML)
	lines := map[string]bool{}
	for line := range strings.SplitSeq(r.Report(), "\n") {
		lines[line] = true
	}
	for _, want := range []string{
		// syntax
		`devices/rack.cfg:6: port = /dev/ttyS4 -> told: given again in line 7 as "/dev/ttyS5"; the last one counts`,
		`devices/fusions_co2/fusions_logic_board.cfg:2: prefix ;XX. of fusions_co2 -> carried as prefix`,
		`devices/thermo_rack.cfg:5: coefficients #volts -> told: the remark behind the value was cut off; Pychron takes it as part of the value`,
		`devices/rack.cfg:11: baud = 4800 -> told: no key that is known here, or one without an equal`,
		// devices
		`devices/ions.cfg:3: Communications host = 10.0.0.77 -> told: devices/ions.yaml counts, and says 10.0.0.3`,
		`initialization.xml:14: listed: device spare_gauge is not enabled`,
		`initialization.xml:21: listed: device turbo is not enabled`,
		`initialization.xml:24: device thermo_rack -> carried as device thermo_rack`,
		`devices/oven.cfg:4: address 0A of oven -> carried as address: 10`,
		`devices/oven.cfg:5: baudrate 1152000 of oven -> carried as baud=1152000; an unusual number; look whether it is meant`,
		`devices/rack.cfg:16: listed: Pychron showed 1 of 4: lows has 1; here all are read`,
		`devices/rack.cfg:14: gauge CG3 of rack -> carried as rack.CG3`,
		`devices/rack.cfg:19: period 2 s of rack -> carried as every: 2s`,
		`devices/rack.cfg:22: alarm IG >1e-6 of rack -> carried as alarm rack IG`,
		`initialization.xml:26: device daq (U3) -> told: there is no driver for class U3`,
		`monitors/fusions_co2_laser_monitor.cfg:2: max_duration 60 of fusions_co2 -> carried as max_on: 1h0m0s`,
		// valves
		`extractionline/valves.xml:13: valve 7 -> carried as V7; alias 7`,
		`extractionline/valves.xml:14: valve N-2 -> carried as N_2; Pychron itself asks for N; alias N-2`,
		`extractionline/valves.xml:15: valve RT -> carried as box2.RT`,
		`extractionline/valves.xml:16: actuator box9 of K -> told: no device of that name is enabled in the tree`,
		`extractionline/valves.xml:9: interlock Q of B -> told: there is no valve Q; left out`,
		`extractionline/valves.xml:11: interlock X of W -> carried as interlock of W; one-sided: X does not name W`,
		`extractionline/valves.xml:6: check_actuation_delay 0.75 of A -> carried as travel`,
		`extractionline/valves.xml:22: outer W of pipette Air -> carried as outer`,
		`extractionline/valves.xml:23: inner X of pipette Cocktail -> told: of a pipette that was left out`,
		`.appdata/Air_X-W.json:1: 412 shots of pipette Air -> carried as shots`,
		// files
		`extractionline/~valves.xml: listed: a copy that was laid aside, not read`,
		`extractionline/furnace_valves.xml: listed: not read; -valves adds it`,
		// trips
		`monitors/automated_run_monitor.cfg:3: check CheckPressure x>1e-5 -> carried as alarm CheckPressure`,
	} {
		if !lines[want] {
			t.Errorf("the report lacks %q", want)
		}
	}
	for _, want := range []string{
		"INTERLOCK Q OF VALVE B NAMES NO VALVE", "ERROR: valve a left out: a stands in line 4 and line 17", "  # the way out\n", "  # group: bone\n",
		`port: "serial://?vid=0000&pid=0001&baud=115200`, `port: "tcp://10.0.0.3:4001"`, "interlock: {closed: [X]}", "interlock: {open: [A]}",
		`when: "rack.IG > torr(5e-09)"`, "forbid: [A.open, B.open]", "model: manual",
		"# pychron:\n#   listen: 0.0.0.0:8000\n#   networks: []\n#   switches: [J]\n#   flags: [ValleyPipetteFlag]\n",
	} {
		if !strings.Contains(r.YAML, want) {
			t.Errorf("the configuration lacks %q:\n%s", want, r.YAML)
		}
	}
	if strings.Contains(r.YAML, "OLD") || strings.Contains(r.YAML, "9>") {
		t.Error("the configuration has what a stale copy or a comment says")
	}
}

// Every line of a file that is read, and that says something, stands in the report.
func TestNothingIsLostInSilence(t *testing.T) {
	r := valley(t, pychronimport.Options{})
	report := r.Report()
	says := regexp.MustCompile(`^[^\[#;<]*[=:]\s*\S|>[^<\s][^<]*<`)
	for _, file := range []string{
		"initialization.xml", "extractionline/valves.xml", "devices/rack.cfg", "devices/ions.yaml", "devices/ions.cfg", "devices/PychronGPActuator.cfg", "devices/box2.cfg",
		"devices/thermo_rack.cfg", "devices/pump2.cfg", "devices/oven.cfg", "devices/daq.cfg", "devices/fusions_co2/fusions_logic_board.cfg",
		"monitors/system_monitor.cfg", "monitors/automated_run_monitor.cfg", "monitors/fusions_co2_laser_monitor.cfg",
	} {
		data, err := os.ReadFile("testdata/valley/setupfiles/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(data), "\n") {
			line = strings.TrimSpace(line)
			inComment := strings.HasPrefix(line, "<!--") || strings.HasPrefix(line, "<?")
			if says.MatchString(line) && !inComment && !strings.Contains(report, fmt.Sprintf("%s:%d:", file, n+1)) {
				t.Errorf("the report is silent about %s:%d: %s", file, n+1, line)
			}
		}
	}
	written := 0
	for _, f := range r.Facts {
		switch {
		case f.As != "":
			written++
		case f.Note == "":
			t.Errorf("%v is neither carried nor told", f)
		}
	}
	last := fmt.Sprintf("%d facts: %d carried, %d told\n", len(r.Facts), written, len(r.Facts)-written)
	if !strings.HasSuffix(report, "\n"+last) {
		t.Errorf("the report ends with %q, want %q", report[len(report)-60:], last)
	}
}

func TestPins(t *testing.T) {
	guessed := valley(t, pychronimport.Options{})
	if n := strings.Count(guessed.YAML, "pins are a guess\n"); n != 10 || strings.Contains(guessed.YAML, pychronimport.AssumedPins) {
		t.Errorf("%d valves have guessed pins, want 10, and no mark of assumed ones", n)
	}
	assumed := valley(t, pychronimport.Options{AssumePins: true})
	mustCheck(t, assumed.YAML)
	if !strings.Contains(assumed.YAML, pychronimport.AssumedPins) || strings.Count(assumed.YAML, "\n    enabled: false") != 1 {
		t.Errorf("with assumed pins all but the box must be on, and the file marked:\n%s", assumed.YAML)
	}
	filled := valley(t, pychronimport.Options{Pins: []byte("A: {solenoid: GPIO17, opened: GPIO27}\n\"7\": {solenoid: GPIO26}\nnobody: {solenoid: GPIO4}\n")})
	mustCheck(t, filled.YAML)
	for _, want := range []string{"pins: {solenoid: GPIO17, opened: GPIO27}", "pins: {solenoid: GPIO26}", "-pins names nobody"} {
		if !strings.Contains(filled.YAML, want) {
			t.Errorf("the configuration lacks %q:\n%s", want, filled.YAML)
		}
	}
	if strings.Count(filled.YAML, "pins are a guess\n") != 8 {
		t.Error("two valves of ten were told their pins, so eight guesses must be left")
	}
}

const (
	asXML = `<root><valve>A<address>1</address><description>To pump</description><interlock>B</interlock><interlock>C</interlock></valve>
<valve>B<interlock>A</interlock><query_state>false</query_state></valve>
<switch>C<address>3</address><positive_interlock>B</positive_interlock><state_device>box</state_device><state_address>5</state_address></switch>
<manual_valve>M</manual_valve>
<valve>7<check_actuation_delay>1.5</check_actuation_delay><parent>A<inverted>True</inverted></parent></valve>
<pipette>Air<inner>A</inner><outer>B</outer></pipette></root>`
	asYAML = `
- {name: A, address: 1, description: To pump, interlocks: [B, C, ""]}
- {kind: valve, name: B, interlock: A, query_state: false}
- {kind: switch, name: C, address: "3", positive_interlock: B, state_device: {name: box, address: 5}}
- {kind: manual_valve, name: M}
- {name: 7, check_actuation_delay: 1.5, parent: {name: A, inverted: true}}
- {kind: pipette, name: Air, inner: A, outer: B}
`
)

func TestValvesOfXMLAndYAMLAreEqual(t *testing.T) {
	place := regexp.MustCompile(` \(\S+:\d+\)`)
	var results [2]string
	for k, files := range []fstest.MapFS{
		{"s/extractionline/valves.xml": {Data: []byte(asXML)}},
		{"s/extractionline/valves.yaml": {Data: []byte(asYAML)}},
	} {
		r, err := pychronimport.Import(files, "s", pychronimport.Options{})
		if err != nil {
			t.Fatal(err)
		}
		mustCheck(t, r.YAML)
		body := r.YAML[strings.Index(r.YAML, "\ndevices:"):]
		results[k] = strings.ToLower(place.ReplaceAllString(body, ""))
	}
	if results[0] != results[1] {
		t.Errorf("from XML:\n%s\nfrom YAML:\n%s", results[0], results[1])
	}
}

func TestABrokenFileDoesNotStopTheRest(t *testing.T) {
	files := fstest.MapFS{
		"s/initialization.xml":        {Data: []byte("<root><plugin enabled='true'>")},
		"s/extractionline/valves.xml": {Data: []byte(asXML)},
	}
	r, err := pychronimport.Import(files, "s", pychronimport.Options{})
	if err != nil || len(r.Failed) != 1 || !strings.HasPrefix(r.Failed[0], "initialization.xml:1: ") {
		t.Fatalf("Import = %v, failed %q, want one file that could not be read", err, r.Failed)
	}
	mustCheck(t, r.YAML)
}

func TestEncodings(t *testing.T) {
	const valves = "<root>\r<valve>A<description>caf\xe9</description></valve>\r\n</root>"
	for _, header := range []string{"", "<?xml version='1.0' encoding='ASCII'?>", "<?xml version='1.0' encoding='iso-8859-1'?>", "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"windows-1252\"?>"} {
		r, err := pychronimport.Import(fstest.MapFS{"s/extractionline/valves.xml": {Data: []byte(header + valves)}}, "s", pychronimport.Options{})
		if err != nil || !strings.Contains(r.YAML, `description: "café"`) {
			t.Errorf("with %q: %v, %v\n%s", header, err, r.Failed, r.YAML)
		}
	}
	r, err := pychronimport.Import(fstest.MapFS{"s/extractionline/valves.xml": {Data: []byte("<!DOCTYPE x [<!ENTITY e 'x'>]><root><valve>&e;</valve></root>")}}, "s", pychronimport.Options{})
	if err != nil || len(r.Failed) != 1 {
		t.Errorf("a file with an entity of its own: %v, %q, want it refused", err, r.Failed)
	}
}

func TestValvesOfBoxes(t *testing.T) {
	r, err := pychronimport.Import(os.DirFS("testdata/box"), "setupfiles", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustCheck(t, r.YAML)
	for _, want := range []string{
		`options: {channels: {0: A, 1: B, 4: V5}, travel: 750ms}`,
		`A: {description: "To the pump; slowly", interlock: {closed: [switch_controller.B]}}`,
		`V5: {alias: "5"}`,
		`port: "udp://qtegra.lab:1069"`,
		`valves: {"Ion gauge on / off Set": Q}`,
		`pins: {solenoid: {line: GPIO17, active_low: true}}`,
		"name: Pipette_1\n    inner: switch_controller.A\n    outer: qtegra.Q\n",
		`model: "granville-phillips-#"`,
		`options: {address: 5, channels: {"RD1": RD1}}`,
	} {
		if !strings.Contains(r.YAML, want) {
			t.Errorf("the configuration lacks %q", want)
		}
	}
	for _, want := range []string{
		"address 1 of C -> carried as alias", "B in line 2 has the same address", "interlock Nobody of 5 -> told", "gauge IG of remote_gauges -> told",
		"gauge Odd of convectron -> told", "device xgs (XGS600GaugeController) -> told: no line of type zmq", "names = UFER1 -> told",
		"inverted_logic true of P -> carried as active_low", "inverted_logic true of 5 -> told", "initialization_valve.xml: listed",
	} {
		if !strings.Contains(r.Report(), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(r.YAML + r.Report())
	}
}

func TestRemarksStay(t *testing.T) {
	const valves = "<root><group>g<valve>A</valve>#one<valve>B</valve># two</group>three<pipette>P<inner>A</inner><outer>B</outer></pipette>four</root>"
	r, err := pychronimport.Import(fstest.MapFS{"s/extractionline/valves.xml": {Data: []byte(valves)}}, "s", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := r.YAML + r.Report()
	for _, want := range []string{"  # one\n", "  # three\n", "listed: remark: two", "listed: remark: four"} {
		if strings.Count(all, want) != 1 {
			t.Errorf("%q does not stand once in:\n%s", want, all)
		}
	}
}

func TestOtherFilesAreChosen(t *testing.T) {
	r := valley(t, pychronimport.Options{Valves: "furnace_valves.xml", Init: "nothing.xml"})
	if !strings.Contains(r.YAML, "name: F\n") || !strings.Contains(r.YAML, "name: A\n") {
		t.Errorf("-valves must add the furnace's:\n%s", r.YAML)
	}
	if len(r.Failed) != 1 || !strings.HasPrefix(r.Failed[0], "nothing.xml: there is no such file") {
		t.Errorf("failed %q, want the missing -init", r.Failed)
	}
}

// Where .yaml and .cfg are both there the .yaml counts, also of monitors.
func TestMonitorsOfYAML(t *testing.T) {
	r, err := pychronimport.Import(fstest.MapFS{
		"s/initialization.xml":           {Data: []byte(`<root><device enabled="true">rack<klass>PfeifferMaxiGaugeController</klass></device></root>`)},
		"s/devices/rack.cfg":             {Data: []byte("[Communications]\ntype=serial\nport=/dev/ttyS0\n[Gauges]\nnames=IG\n")},
		"s/extractionline/valves.xml":    {Data: []byte("<root><valve>A</valve></root>")},
		"s/monitors/system_monitor.cfg":  {Data: []byte("[Line]\ngauge=rack.IG\ndisable_valves=A\npressure_trip=1\n")},
		"s/monitors/system_monitor.yaml": {Data: []byte("Line: {gauge: rack.IG, disable_valves: [A], pressure_trip: 2e-6}\n")},
	}, "s", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustCheck(t, r.YAML)
	if !strings.Contains(r.YAML, "rack.IG > torr(2e-06)") || !strings.Contains(r.Report(), "system_monitor.cfg:4: Line pressure_trip = 1 -> told: monitors/system_monitor.yaml counts, and says 2e-6") {
		t.Errorf("the rule must be that of the .yaml:\n%s%s", r.YAML, r.Report())
	}
}
