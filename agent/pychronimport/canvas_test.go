package pychronimport_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pychron-edge/agent/config"
	"pychron-edge/agent/pychronimport"
)

// canvasXML is the drawing of the protocol sheet of Pychron's canvas.
const canvasXML = `<root><!-- C1 -->
 <stage>Line<translation>-4,0</translation><dimension>8,2</dimension><volume>120</volume></stage>
 <turbo display_name="TMP">Pump<translation>-10,-8</translation><dimension>4,2</dimension><color>255,127,0</color></turbo>
 <valve>P<translation>-9,0</translation></valve>
 <valve>G<translation>6,4</translation><dimension>1,3</dimension></valve>
 <gauge>Line IG<translation>10,0.5</translation><dimension>3,1</dimension></gauge>
 <connection orientation="vertical"><start>P</start><end>Pump</end></connection>
 <connection><start offset="2,1">P</start><end offset="0,1">Line</end></connection>
 <connection orientation="horizontal"><start>Line</start><end>Line IG</end></connection>
 <elbow><corner>lr</corner><start>G</start><end offset="8,1">Line</end></elbow>
</root>`

const canvasYAML = `
stage: [{name: Line, translation: "-4,0", dimension: "8,2", volume: 120}]
turbo: [{name: Pump, display_name: TMP, translation: "-10,-8", dimension: "4,2", color: "255,127,0"}]
valve:
  - {name: P, translation: "-9,0"}
  - {name: G, translation: "6,4", dimension: "1,3"}
gauge: [{name: Line IG, translation: "10,0.5", dimension: "3,1"}]
connection:
  - {start: P, end: Pump, orientation: vertical}
  - {start: {name: P, offset: "2,1"}, end: {name: Line, offset: "0,1"}}
  - {start: Line, end: Line IG, orientation: horizontal}
elbow: [{corner: lr, start: G, end: {name: Line, offset: "8,1"}}]
`

const canvasValves = `<root><valve>P<address>1</address></valve><valve>G<address>2</address></valve></root>`

func importCanvas(t *testing.T, files map[string]string) (*pychronimport.Result, *config.Plan) {
	t.Helper()
	fsys := fstest.MapFS{"s/extractionline/valves.xml": {Data: []byte(canvasValves)}}
	for name, text := range files {
		fsys["s/canvas2D/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	r, err := pychronimport.Import(fsys, "s", pychronimport.Options{})
	if err != nil {
		t.Fatal(err)
	}
	plan, list, err := config.PlanOf("import", []byte(r.YAML))
	if err != nil {
		t.Fatalf("%v %v\n%s", err, list, r.YAML)
	}
	return r, plan
}

// pipesOf are the pipes of a plan in Pychron's units, between the corners that were given.
func pipesOf(plan *config.Plan) []string {
	var all []string
	for _, p := range plan.Drawing.Pipes {
		text := strings.Join(p.Ends, "-") + ":"
		for _, at := range p.Via {
			text += fmt.Sprintf(" (%g,%g)", 2*at[0], -2*at[1]+0)
		}
		all = append(all, text)
	}
	return all
}

func TestCanvas(t *testing.T) {
	want := []string{"P-Pump: (-8,1) (-8,-7)", "P-Line: (-7,1) (-4,1)", "Line-Line IG: (0,1) (11.5,1)", "G-Line: (6.5,5.5) (4,5.5) (4,1)"}
	for name, text := range map[string]string{"canvas.xml": canvasXML, "canvas.yaml": canvasYAML} {
		r, plan := importCanvas(t, map[string]string{name: text})
		if got := pipesOf(plan); !slices.Equal(got, want) {
			t.Errorf("%s: pipes %q, want %q", name, got, want)
		}
		if line := plan.Drawing.Part("Line"); line == nil || line.Size < 119e-6 || line.Size > 121e-6 || line.X != 0 || line.Y != -0.5 || line.W != 4 || line.H != 1 {
			t.Errorf("%s: the line is %+v", name, line)
		}
		for _, f := range r.Facts {
			if strings.HasPrefix(f.File, "canvas2D/") && f.As == "" {
				t.Errorf("%v; want all of it carried", f)
			}
		}
	}
}

func TestCanvasWithAnOrigin(t *testing.T) {
	_, plan := importCanvas(t, map[string]string{"canvas.xml": canvasXML, "canvas_config.xml": "<root><origin>1,2</origin></root>"})
	want := []string{"P-Pump: (-7,3) (-7,-5)", "P-Line: (-6,3) (-3,3)", "Line-Line IG: (1,3) (12.5,3)", "G-Line: (7.5,7.5) (5,7.5) (5,3)"}
	if got := pipesOf(plan); !slices.Equal(got, want) {
		t.Errorf("pipes %q, want %q", got, want)
	}
}

func TestOddCanvas(t *testing.T) {
	r, plan := importCanvas(t, map[string]string{"canvas.xml": `<root><param>x1<value>-34</value></param>
 <stage>Prep<translation>x1+4,0</translation><dimension>4,4</dimension><valve>P<translation>x1,1</translation></valve></stage>
 <tank>Air<translation>x1-9,0</translation><dimension>4,4</dimension></tank>
 <rough_valve>R<translation>0,0</translation></rough_valve>
 <switch>S<translation>0,0</translation></switch>
 <stage>prep<translation>0,9</translation><dimension>4,4</dimension></stage>
 <stage>Prep<translation>0,9</translation><dimension>4,4</dimension></stage>
 <connection><start>P</start><end>Prep</end></connection>
 <connection><start>P</start><end>Nowhere</end></connection>
 <connection><start>P</start><end>Air</end></connection>
 <tee_connection><left>Prep</left><mid>S</mid><right>Air</right></tee_connection>
 <label>some words<translation>1,1</translation></label></root>`})
	if prep, air := plan.Drawing.Part("Prep"), plan.Drawing.Part("Air"); prep == nil || prep.X != -14 || air == nil || !air.Gas || air.X != -20.5 {
		t.Errorf("prep %+v, air %+v; want them where the parameter says, a number behind - taken away", prep, air)
	}
	if plan.Drawing.Part("prep_2") == nil {
		t.Error("a name that differs in capitals alone is lost")
	}
	if got := fmt.Sprint(len(plan.Drawing.Pipes), plan.Drawing.Pipes[2].Ends); got != "3 [Prep Air]" {
		t.Errorf("pipes: %s; want what is left of the tee", got)
	}
	report := r.Report()
	for _, want := range []string{"rough_valve R -> told: not drawn: there is no such valve", "connection P - Nowhere -> told: not drawn: Nowhere is no part of the drawing", "switch S -> told:", "label some words -> told:", "stage Prep -> told: not drawn: a thing of that name", "S is no part of the drawing"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
}

// FuzzCanvas is of any drawing.
func FuzzCanvas(f *testing.F) {
	f.Add([]byte(canvasXML), false)
	f.Add([]byte(canvasYAML), true)
	f.Add([]byte("<root><stage>P<translation>x1+3</translation></stage><tank>P/ </tank><gauge>IG</gauge><tee_connection><left>IG</left><mid>P</mid><right>P</right></tee_connection></root>"), false)
	f.Fuzz(func(t *testing.T, data []byte, asYAML bool) {
		name := "canvas2D/canvas.xml"
		if asYAML {
			name = "canvas2D/canvas.yaml"
		}
		fuzzed(t, name, data, fstest.MapFS{
			"s/extractionline/valves.xml": {Data: []byte(canvasValves)}, "s/initialization.xml": {Data: []byte(aLine)},
			"s/devices/rack.cfg": {Data: []byte("[Communications]\ntype=ethernet\nhost=a\nport=1\nkind=tcp\n[Gauges]\nnames=IG\nchannels=1\n")},
		})
	})
}
