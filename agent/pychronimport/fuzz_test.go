package pychronimport_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pychron-edge/agent/config"
	"pychron-edge/agent/pychronimport"
)

const aLine = `<root><plugin enabled="true">ExtractionLine<manager enabled="true">gauge_manager
<device enabled="true">rack<klass>PfeifferMaxiGaugeController</klass></device></manager></plugin></root>`

// fuzzed imports a tree with one file that is made up by the fuzzer. Whatever it says, the result loads where it has a device,
// and every fact is carried or told.
func fuzzed(t *testing.T, file string, data []byte, more fstest.MapFS) {
	t.Helper()
	more["s/"+file] = &fstest.MapFile{Data: data}
	r, err := pychronimport.Import(more, "s", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Facts {
		if f.As == "" && f.Note == "" {
			t.Errorf("%v is neither carried nor told", f)
		}
	}
	if !strings.Contains(r.YAML, "\ndevices:") || len(r.YAML) > 1<<19 {
		return // an empty line is refused, as it should be
	}
	if _, _, err := config.PlanOf("import", []byte(r.YAML)); err != nil {
		t.Fatalf("the result does not pass check: %v\n%s", err, r.YAML)
	}
}

func FuzzCFG(f *testing.F) {
	f.Add([]byte("[Communications]\ntype=serial\nport=/dev/ttyS1\nbaudrate=9600\n[Gauges]\nnames=IG, CG1\nchannels=1,2\ndisplay_names=A;B, C #x\n[Scan]\nperiod=2\nunits=s\n[Alarms]\nIG=>1e-6\n"))
	f.Add([]byte("[General]\nname: 'x'\ndisplay_name = \"y\"\n[communications]\nType = Ethernet\nhost=10.0.0.1\nport=4001\nkind=tcp\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzed(t, "devices/rack.cfg", data, fstest.MapFS{"s/initialization.xml": {Data: []byte(aLine)}})
	})
}

func FuzzXML(f *testing.F) {
	f.Add([]byte(asXML))
	f.Add([]byte("<root><group>x<valve query_state='true'>K<address>K</address></valve>#text<valve>N-2<address>4,5</address></valve></group></root>"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, "extractionline/valves.xml", data, fstest.MapFS{}) })
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte(asYAML))
	f.Add([]byte("- {kind: double_actuation_valve, name: true, address: [4, 5], inverted_logic: true}\n- &a {name: x}\n- *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, "extractionline/valves.yaml", data, fstest.MapFS{}) })
}

// FuzzInitialization has files for the devices that may be named.
func FuzzInitialization(f *testing.F) {
	f.Add([]byte(aLine))
	f.Add([]byte(`<root><plugin enabled="true">FusionsCO2</plugin><manager enabled="true">m<device enabled="true">box<klass>QtegraGPActuator</klass></device><flag>F</flag></manager></root>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		port := &fstest.MapFile{Data: []byte("[Communications]\ntype=ethernet\nhost=a\nport=1\nkind=tcp\n[Gauges]\nnames=IG,1\n")}
		fuzzed(t, "initialization.xml", data, fstest.MapFS{
			"s/devices/rack.cfg": port, "s/devices/box.cfg": port, "s/devices/fusions_co2/logic_board.cfg": port,
			"s/monitors/laser_monitor.cfg": {Data: []byte("[General]\nmax_duration=5\n")},
		})
	})
}

// FuzzBox is of valves in a box whose addresses are any text.
func FuzzBox(f *testing.F) {
	f.Add("A", "Ion gauge on / off Set", "to: the, pump", "A")
	f.Fuzz(func(t *testing.T, name, address, description, other string) {
		var b strings.Builder
		b.WriteString("<root><valve>")
		for k, text := range []string{name, "<address>", address, "</address><description>", description, "</description></valve><valve>B<interlock>", other, "</interlock></valve><pipette>P<inner>B</inner><outer>", name, "</outer></pipette></root>"} {
			if k == 0 || k == 2 || k == 4 || k == 6 || k == 8 {
				text = strings.NewReplacer("<", "", "&", "").Replace(text)
			}
			b.WriteString(text)
		}
		fuzzed(t, "extractionline/valves.xml", []byte(b.String()), fstest.MapFS{
			"s/initialization.xml":            {Data: []byte(`<root><device enabled="true">switch_controller<klass>QtegraGPActuator</klass></device></root>`)},
			"s/devices/switch_controller.cfg": {Data: []byte("[Communications]\ntype=ethernet\nhost=a\nport=1\nkind=tcp\n")},
		})
	})
}
